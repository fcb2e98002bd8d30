"""Retries are fair: however much of one owner is due, others and the upkeep have their turn."""

import asyncio

import pytest
from structlog.testing import capture_logs

from intercoop_chassis.consumer import retries
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from intercoop_chassis.consumer.parking.parked import topics_due
from testkit.poison import good
from testkit.rows_read import rows_read
from testkit.statements import counted
from testkit.things.records import MAKER, OTHER, things
from testkit.things.service import things_service
from testkit.things.streams import PARTS, THINGS, ThingView

NEVER = asyncio.Event()
TRIED = "SELECT count(*) AS n FROM parked WHERE topic = $1 AND attempts > 1"
DUE_LONG_AGO = "UPDATE parked SET next_try_at = now() - interval '1 hour' WHERE topic = $1"
APPLIED = "SELECT count(*) AS n FROM replica WHERE applied > 0 AND topic = $1"
NEEDY = ThingView(name="early", needs="part").model_dump_json().encode()


@pytest.fixture
def new_consumer(open_consumer):
    def make(limits=UNLIMITED):
        return open_consumer(things_service(), limits)

    return make


def broken(numbers):
    return [raw.valued(b"{") for raw in things(numbers)]


async def number(consumer, sql, owner):
    [row] = await consumer.fetch(sql, THINGS.topic(owner))
    return row["n"]


async def test_what_is_due_of_one_owner_does_not_hold_up_anothers(new_consumer, monkeypatch):
    monkeypatch.setattr(retries, "_OF_A_ROUND", 21)
    consumer = await new_consumer()
    await consumer.receive(*broken(range(100)))
    await consumer.receive(*(raw.valued(NEEDY) for raw in things([1], target=OTHER)))
    await consumer.execute(DUE_LONG_AGO, THINGS.topic("maker"))

    await consumer.receive(good(MAKER, PARTS, subject="part"))
    await consumer.retries.all_due(NEVER)

    assert await number(consumer, APPLIED, "other") == 1
    assert await number(consumer, TRIED, "maker") <= 40


async def test_a_round_ends_so_that_upkeep_has_its_turn(new_consumer, monkeypatch):
    monkeypatch.setattr(retries, "_OF_A_ROUND", 40)
    consumer = await new_consumer()
    await consumer.receive(*broken(range(100)))
    await consumer.execute(DUE_LONG_AGO, THINGS.topic("maker"))

    assert await consumer.retries.all_due(NEVER)

    assert await number(consumer, TRIED, "maker") == 40


async def test_what_no_time_heals_is_tried_every_two_hours_and_not_all_at_once(new_consumer):
    consumer = await new_consumer()
    await consumer.receive(*broken(range(50)))
    waits = "SELECT extract(epoch FROM next_try_at - now())::float8 AS s FROM parked ORDER BY 1"
    before = [row["s"] for row in await consumer.fetch(waits)]

    await consumer.execute(DUE_LONG_AGO, THINGS.topic("maker"))
    await consumer.retries.all_due(NEVER)

    after = [row["s"] for row in await consumer.fetch(waits)]
    for seconds in (before, after):
        assert seconds[0] > 7000
        assert seconds[-1] - seconds[0] > 600


async def test_to_find_what_is_due_reads_no_more_rows_where_more_waits(new_consumer):
    consumer = await new_consumer()
    await consumer.receive(*broken(range(3000)))
    await consumer.receive(*(raw.valued(NEEDY) for raw in things([1], target=OTHER)))
    await consumer.execute("UPDATE parked SET next_try_at = now()")
    await consumer.execute("ANALYZE parked")

    async with consumer.db.transaction() as tx:
        before = await rows_read(tx)
        assert len(await topics_due(await tx.fetchval("SELECT now() + interval '1 s'"), tx)) == 2
        assert await rows_read(tx) - before < 200


async def test_whether_what_they_wait_for_has_come_is_asked_once_for_many(
    new_consumer, monkeypatch
):
    consumer = await new_consumer()

    with counted(monkeypatch) as asked:
        await consumer.receive(*(raw.valued(NEEDY) for raw in things(range(15))))

    assert sum(words.startswith("SELECT subject FROM replica") for words in asked) == 1


async def test_versions_that_jump_are_looked_up_at_once_and_logged_in_a_few_lines(
    new_consumer, monkeypatch
):
    consumer = await new_consumer()

    with counted(monkeypatch) as asked, capture_logs() as logs:
        await consumer.receive(*things(range(300), version=5_000_000))

    assert sum(words.startswith("SELECT topic, subject, seen") for words in asked) == 1
    lines = [line for line in logs if line["event"].startswith("record")]
    assert len(lines) == 51
    assert lines[-1]["more"] == 250


async def test_blanks_and_unknown_fields_take_no_room_beyond_what_the_view_says(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=10_000, parked_bytes=2**30))
    await consumer.receive(*things(range(5)))
    blank = b" " * 590_000
    unknown = b',"later":"' + b"x" * 590_000 + b'"}'

    [first, second, *others] = things(range(5), version=2)
    await consumer.receive(
        first.valued(first.value + blank), second.valued(second.value[:-1] + unknown), *others
    )

    async with consumer.db.read() as tx:
        found = (await usage.read(tx))[THINGS.topic("maker")]
    assert found.bytes < 10_000
    applied = "SELECT count(*) AS n FROM replica WHERE applied = 2 AND topic = $1"
    assert await number(consumer, applied, "maker") == 5


async def test_a_few_fields_of_a_later_version_are_kept(new_consumer):
    consumer = await new_consumer()
    [raw] = things([1])

    await consumer.receive(raw.valued(raw.value[:-1] + b',"later":"' + b"x" * 2000 + b'"}'))

    [row] = await consumer.fetch("SELECT value FROM replica")
    assert '"later"' in row["value"]
