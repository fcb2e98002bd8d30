"""What cannot be applied costs itself: the rest goes on in chunks, and is parked in bulk."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from intercoop_chassis.consumer import effects, retries
from intercoop_chassis.consumer.parking import parked
from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.poison import good
from testkit.statements import counted
from testkit.things.records import MAKER, OTHER, things
from testkit.things.service import things_service
from testkit.things.streams import PARTS, THINGS, ThingView

NEVER = asyncio.Event()
APPLIED = "SELECT count(*) AS n FROM replica WHERE applied > 0"
PARKED = "SELECT kind, count(*) AS n FROM parked GROUP BY kind"
TRANSACTIONS = "SELECT count(DISTINCT xmin::text) AS n FROM replica WHERE applied > 0"
TRANSACTIONS_OF = """
SELECT count(DISTINCT xmin::text) AS n FROM replica WHERE applied = $2 AND topic = $1
"""


class Reaction:
    """A reaction that fails at some subjects, and counts how often it is called."""

    def __init__(self):
        self.fails_at = set()
        self.calls = 0

    async def __call__(self, change, _tx):
        self.calls += 1
        if change.subject in self.fails_at:
            raise ValueError("cannot be done")


class Projection:
    """A projection that fails at some subjects, whatever comes with them."""

    def __init__(self):
        self.fails_at = set()
        self.calls = 0

    async def __call__(self, changes, _tx):
        self.calls += 1
        if not self.fails_at.isdisjoint(change.subject for change in changes):
            raise ValueError("cannot be done")


async def forget(_owner, _tx):
    """Nothing is kept."""


@pytest.fixture
def new_consumer(open_consumer):
    async def make(*, reaction=None, projection=None):
        service = things_service(reactions=reaction is not None)
        if reaction:
            service.subscribers.each(THINGS)(reaction)
        if projection:
            service.subscribers.project(THINGS, forget=forget)(projection)
        consumer = await open_consumer(service)
        consumer.db.taken()
        return consumer

    return make


async def value(consumer, sql, *arguments):
    [row] = await consumer.fetch(sql, *arguments)
    return row["n"]


async def test_four_bad_reactions_among_four_thousand_cost_a_transaction_or_two_each(new_consumer):
    reaction = Reaction()
    reaction.fails_at = {f"thing-{number:04}" for number in (10, 1111, 1999, 3500)}
    consumer = await new_consumer(reaction=reaction)

    await consumer.receive(*things(range(4000)))

    assert await value(consumer, APPLIED) == 3996
    assert await consumer.fetch(PARKED) == [{"kind": "subscriber-failed", "n": 4}]
    assert await consumer.offset(THINGS.topic("maker")) == 4000
    assert consumer.db.taken() <= 20 + 4 * 4 + 2
    assert reaction.calls <= 4000 + 4 * 200
    assert await value(consumer, TRANSACTIONS) <= 20 + 4


async def test_a_bad_change_of_a_projection_costs_as_many_as_its_chunk_can_be_halved(new_consumer):
    projection = Projection()
    projection.fails_at = {"thing-0010", "thing-2222"}
    consumer = await new_consumer(projection=projection)

    await consumer.receive(*things(range(4000)))

    assert await value(consumer, APPLIED) == 3998
    assert await consumer.fetch(PARKED) == [{"kind": "subscriber-failed", "n": 2}]
    assert projection.calls <= 4 + 2 * 2 * 10


async def test_who_failed_lately_shares_no_transaction_with_others(new_consumer):
    reaction = Reaction()
    reaction.fails_at = {f"thing-{number:04}" for number in range(150, 190, 3)}
    consumer = await new_consumer(reaction=reaction)
    failing = {"numbers": range(150, 190), "target": OTHER}
    await consumer.receive(*things(**failing))
    reaction.calls = 0

    await consumer.receive(*things(**failing, version=2), *things(range(150), version=2))

    assert await value(consumer, TRANSACTIONS_OF, THINGS.topic("maker"), 2) == 1
    assert reaction.calls <= 150 + 2 * 40, "nothing of the maker's was done twice"


async def test_what_fails_again_and_again_costs_itself_again_and_nobody_else(new_consumer):
    reaction = Reaction()
    reaction.fails_at = {"thing-0007"}
    consumer = await new_consumer(reaction=reaction)
    for version in range(1, 5):
        await consumer.receive(*things(range(20), version=version))

    assert await consumer.fetch("SELECT version FROM parked") == [{"version": 4}]
    assert await consumer.fetch("SELECT count(*) AS n FROM replica WHERE applied = 4") == [
        {"n": 19}
    ]
    assert consumer.db.taken() <= 1 + 4 * 5


async def test_a_flood_of_poison_is_parked_in_bulk(new_consumer, monkeypatch):
    consumer = await new_consumer(reaction=Reaction())
    flood = [raw.valued(b"{") for raw in things(range(3000))]

    with counted(monkeypatch) as asked:
        await consumer.receive(*flood, *things(range(5), target=OTHER))

    assert await consumer.fetch(PARKED) == [{"kind": "unreadable", "n": 3000}]
    assert await value(consumer, APPLIED) == 5
    assert consumer.db.taken() <= 3 + 1 + 1
    assert len(asked) < 25, asked


async def test_a_flood_of_forged_records_is_counted_and_logged_in_a_few_lines(new_consumer):
    consumer = await new_consumer(reaction=Reaction())
    flood = [raw.header("ce_source", b"/test/liar/things") for raw in things(range(3000))]

    with capture_logs() as log:
        await consumer.receive(*flood, *things(range(5), target=OTHER))

    refused = [line for line in log if line["event"] in {"record_refused", "records_refused"}]
    assert (len(refused), refused[-1]["more"]) == (51, 2950)
    assert await value(consumer, APPLIED) == 5


async def test_an_older_version_in_bulk_changes_nothing_and_a_newer_one_replaces(new_consumer):
    consumer = await new_consumer(reaction=Reaction())
    await consumer.receive(*(raw.valued(b"{") for raw in things(range(3), version=5)))

    await consumer.receive(
        *(raw.valued(b"[") for raw in things([0], version=4)),
        *(raw.valued(b"[") for raw in things([1], version=6)),
    )

    found = await consumer.fetch("SELECT subject, version, value FROM parked ORDER BY subject")
    assert [tuple(row.values()) for row in found] == [
        ("thing-0000", 5, b"{"), ("thing-0001", 6, b"["), ("thing-0002", 5, b"{"),
    ]  # fmt: skip


async def test_whoever_brings_what_many_wait_for_wakes_so_many_and_the_others_go_on(
    new_consumer, monkeypatch
):
    for module in (parked, effects, retries):
        monkeypatch.setattr(module, "WOKEN_AT_ONCE", 20)
    consumer = await new_consumer(reaction=Reaction())
    early = ThingView(name="early", needs="part").model_dump_json().encode()
    await consumer.receive(*(raw.valued(early) for raw in things(range(50))))
    await consumer.retries.all_due(NEVER)
    assert await consumer.fetch(PARKED) == [{"kind": "not-yet", "n": 50}]

    await consumer.receive(good(MAKER, PARTS, subject="part"))

    due = "SELECT count(*) AS n FROM parked WHERE next_try_at <= now()"
    assert await value(consumer, due) == 20
    await consumer.retries.all_due(NEVER)
    assert await consumer.fetch(PARKED) == []
    assert await value(consumer, APPLIED) == 51


async def test_where_a_topics_changes_fail_and_fail_the_poll_goes_on_and_they_are_tried_beside_it(
    new_consumer,
):
    reaction = Reaction()
    reaction.fails_at = {f"thing-{number:04}" for number in range(390)}
    consumer = await new_consumer(reaction=reaction)

    woken = await consumer.receive(*things(range(400)), *things(range(800, 900), target=OTHER))

    assert woken, "they are retried at once"
    assert consumer.db.taken() < 80
    assert await value(consumer, APPLIED) == 100
    kinds = {row["kind"]: row["n"] for row in await consumer.fetch(PARKED)}
    assert kinds == {"subscriber-failed": 21, "set-aside": 379}
    assert await consumer.offset(THINGS.topic("maker")) == 400

    await consumer.retries.all_due(NEVER)

    assert await value(consumer, APPLIED) == 110, "also what was good among them"
    assert await consumer.fetch(PARKED) == [{"kind": "subscriber-failed", "n": 390}]


async def test_a_bad_change_says_why_it_is_parked(new_consumer):
    reaction = Reaction()
    reaction.fails_at = {"thing-0003"}
    consumer = await new_consumer(reaction=reaction)

    await consumer.receive(*things(range(9)))

    [row] = await consumer.fetch("SELECT kind, reason, error_text, is_news FROM parked")
    assert (ObstacleKind(row["kind"]), row["reason"], row["error_text"], row["is_news"]) == (
        ObstacleKind.SUBSCRIBER_FAILED, "ValueError", "cannot be done", True,
    )  # fmt: skip


async def test_nobody_waits_for_what_is_parked_of_others(new_consumer):
    consumer = await new_consumer()
    bad = [replace(each, value=b"{") for each in things(range(5), target=OTHER)]
    async with consumer.db.transaction() as tx:
        await tx.execute("LOCK TABLE parked IN ACCESS EXCLUSIVE MODE")
        receiving = asyncio.create_task(consumer.receive(*bad, *things(range(5))))
        while await value(consumer, APPLIED) < 5:
            await asyncio.sleep(0.01)
        assert await consumer.offset(THINGS.topic("maker")) == 0
    await receiving
    assert await consumer.fetch(PARKED) == [{"kind": "unreadable", "n": 5}]
    assert await consumer.offset(THINGS.topic("maker")) == 10
