"""Ids that are not whose their stream says: neither published nor applied, and healed when they may be."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from intercoop_chassis.errors import ForeignIdError
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts import ids
from intercoop_contracts.attribution import OWN, IssuedBy, OwnId
from intercoop_contracts.ids import Ids
from intercoop_contracts.streams import Audience, End, Ended, Stream, View
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.ids import new_id
from testkit.poison import Raw
from testkit.things.service import things_service
from testkit.topics import envelope

ENDED = Ended(ended=End(reason="withdrawn"))
TWINS = ("union-25109", "union-140190")


class LetterView(View):
    to: str
    box: Annotated[UUID, IssuedBy("to")]
    stamp: OwnId


LETTERS = Stream("letters", Audience.SHARED, LetterView, ("letter-sent",), "things", OWN)
REPLIES = Stream("replies", Audience.SHARED, LetterView, ("reply-sent",), "things", IssuedBy("to"))


def raw(stream, owner, subject, state, version=1):
    told = envelope(str(subject), version, source=f"/test/{owner}/things")
    value = state.model_dump_json().encode()
    return Raw(stream.topic(owner), str(subject).encode(), value, tuple(told.headers()))


def letter(sender, to="us"):
    return LetterView(to=to, box=new_id(to), stamp=new_id(sender))


@pytest.fixture
def heard():
    return []


@pytest.fixture
async def consumer(platform, heard):
    subscribers = Subscribers()

    async def hear(change, tx):
        heard.append((change.stream.name, change.owner, change.subject, change.after))

    for stream in (LETTERS, REPLIES):
        subscribers.each(stream)(hear)
    service = Service(
        name="things",
        migrations=things_service().migrations,
        publishes=[],
        subscribers=subscribers,
    )
    db = Database(await platform.database(service), home=AtHome("us"))
    consumer = BrokerlessConsumer(service, "us", db)
    await consumer.settle()
    yield consumer
    await db.close()


def _in_hours(owner, hours):
    """An id as this owner would make it then."""
    then_ms = time.time_ns() // 1_000_000 + hours * 3_600_000
    return Ids(owner, clock_ms=lambda: then_ms).new()


async def parked(consumer):
    rows = await consumer.fetch("SELECT topic, subject, kind, reason FROM parked ORDER BY subject")
    return {row["subject"]: (row["kind"], row["reason"].partition(":")[0]) for row in rows}


async def test_what_is_published_under_anothers_id_waits_and_reaches_nobody(consumer, heard):
    theirs, good = new_id("them"), new_id("stranger")
    other_box = letter("stranger").model_copy(update={"box": new_id("them")})
    boxed = new_id("stranger")
    await consumer.receive(
        raw(LETTERS, "stranger", theirs, letter("stranger")),
        raw(LETTERS, "stranger", good, letter("stranger")),
        raw(LETTERS, "stranger", boxed, other_box),
    )
    assert [subject for _, _, subject, _ in heard] == [str(good)]
    assert await parked(consumer) == {
        str(theirs): ("foreign-id", "subject"),
        str(boxed): ("foreign-id", "box"),
    }


async def test_an_end_under_anothers_id_waits_too(consumer, heard):
    await consumer.receive(raw(LETTERS, "stranger", new_id("them"), ENDED))
    assert heard == []
    assert [kind for kind, _ in (await parked(consumer)).values()] == ["foreign-id"]


async def test_an_end_that_names_no_owner_counts_for_what_was_applied_before_alone(consumer, heard):
    known, unknown = new_id("us"), new_id("us")
    await consumer.receive(raw(REPLIES, "stranger", known, letter("stranger")))
    await consumer.receive(
        raw(REPLIES, "stranger", known, ENDED, 2), raw(REPLIES, "stranger", unknown, ENDED, 1)
    )
    assert [(subject, after) for _, _, subject, after in heard[1:]] == [(str(known), ENDED)]
    assert await parked(consumer) == {}


async def test_an_id_of_a_time_to_come_waits_until_then(consumer, heard):
    soon, later = (_in_hours("stranger", hours) for hours in (20, 30))
    stamp = letter("stranger").model_copy(update={"stamp": later})
    stamped = new_id("stranger")
    await consumer.receive(
        raw(LETTERS, "stranger", soon, letter("stranger")),
        raw(LETTERS, "stranger", later, letter("stranger")),
        raw(LETTERS, "stranger", stamped, stamp),
    )
    assert [subject for _, _, subject, _ in heard] == [str(soon)]
    assert await parked(consumer) == {
        str(later): ("foreign-id", "subject"),
        str(stamped): ("foreign-id", "stamp"),
    }


async def test_a_clock_that_is_years_ahead_is_a_day_ahead_here(consumer):
    subject = new_id("stranger")
    told = raw(LETTERS, "stranger", subject, letter("stranger"))
    await consumer.receive(told.header("ce_time", b"2199-01-01T00:00:00+00:00"))
    (row,) = await consumer.fetch("SELECT occurred_at FROM replica")
    assert row["occurred_at"] < datetime.now(UTC) + timedelta(days=1, minutes=1)


async def test_who_learns_of_a_succession_late_heals(consumer, heard, monkeypatch):
    subject = new_id("auvergne")
    await consumer.receive(raw(LETTERS, "aura", subject, letter("aura")))
    assert list(await parked(consumer)) == [str(subject)]
    monkeypatch.setattr(ids, "SUCCESSIONS", {"aura": ("auvergne",)})
    await consumer.execute("UPDATE parked SET next_try_at = now()")
    assert await consumer.retries.all_due(asyncio.Event())
    assert [each[2] for each in heard] == [str(subject)]
    assert await parked(consumer) == {}


async def test_a_second_owner_with_a_known_tag_is_not_read(consumer, heard):
    first, second = TWINS
    await consumer.receive(raw(LETTERS, first, new_id(first), letter(first)))
    with capture_logs() as logs:
        await consumer.receive(
            raw(LETTERS, second, new_id(second), letter(second)),
            raw(LETTERS, "stranger", new_id("stranger"), letter("stranger")),
        )
    assert [owner for _, owner, _, _ in heard] == [first, "stranger"]
    assert [line["owner"] for line in logs if line["event"] == "owner_refused"] == [second]
    refused = [line for line in logs if line["event"] == "record_refused"]
    assert [(line["reason"], line["topic"]) for line in refused] == [("tag", LETTERS.topic(second))]
    await consumer.settle()
    await consumer.receive(raw(LETTERS, second, new_id(second), letter(second), 2))
    assert len(heard) == 2, "the next session knows as well who came first"


async def test_no_other_owner_takes_the_tag_of_this_instance(platform, heard):
    first, second = TWINS
    subscribers = Subscribers()
    subscribers.read(LETTERS)
    service = Service(
        name="things", migrations=things_service().migrations, subscribers=subscribers
    )
    db = Database(await platform.database(service), home=AtHome(first))
    consumer = BrokerlessConsumer(service, first, db)
    await consumer.settle()
    await consumer.receive(raw(LETTERS, second, new_id(second), letter(second)))
    assert await consumer.fetch("SELECT * FROM replica") == []
    await db.close()


@pytest.mark.parametrize("way", ["publish", "tell"])
@pytest.mark.parametrize(
    ("subject", "stamp", "said"), [("them", "us", "subject"), ("us", "them", "stamp")]
)
async def test_a_foreign_id_is_not_published(consumer, way, subject, stamp, said):
    view = letter(stamp, to="them")
    async with consumer.db.transaction() as tx:
        with pytest.raises(ForeignIdError, match=said):
            if way == "publish":
                tx.publish(LETTERS, new_id(subject), view, event_type="letter-sent")
            else:
                await tx.tell(LETTERS, new_id(subject), view, to="them", event_type="letter-sent")
    assert await consumer.fetch("SELECT * FROM published") == []


async def test_a_new_id_is_this_owners_and_tells_its_time_in_sql(consumer):
    async with consumer.db.transaction() as tx:
        made = tx.new_id()
        told = await tx.fetchval("SELECT id_time($1)", made)
        nothing = await tx.fetchval("SELECT id_time(gen_random_uuid())")
        last = await tx.fetchval(
            "SELECT id_time('ffffffff-ffff-8fff-bfff-ffffffffffff') > '9999-12-31'"
        )
    assert ids.is_subject_of(str(made), "us")
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert (nothing, last) == (None, True)
