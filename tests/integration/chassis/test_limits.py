"""Limits per owner: what is new beyond them waits, what is known goes on, and nobody else pays."""

import asyncio

import pytest

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from intercoop_chassis.consumer.limits.usage import Usage
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_contracts.streams import End, Ended
from testkit.poison import PoisonTarget, good
from testkit.things.records import MAKER, OTHER, things
from testkit.things.service import things_service
from testkit.things.streams import THINGS, ThingView

OWN = PoisonTarget("test", "follower", "follower", str)
TOPIC = THINGS.topic("maker")
FEW = Limits(entities=10, bytes=2**30, parked_bytes=2**30)
ENDED = Ended(ended=End(reason="gone")).model_dump_json().encode()
LIVING = """
SELECT count(*) AS number FROM replica
WHERE topic = $1 AND value IS NOT NULL AND NOT has_ended
"""
WAITING = "SELECT subject, version, kind FROM parked ORDER BY subject"
NEVER = asyncio.Event()


@pytest.fixture
def new_consumer(open_consumer):
    def make(limits, *, reactions=True):
        return open_consumer(things_service(reactions=reactions), limits)

    return make


def an_end(number, *, version=2):
    return good(MAKER, subject=f"thing-{number:04}", version=version).valued(ENDED)


async def living(consumer, topic=TOPIC):
    [row] = await consumer.fetch(LIVING, topic)
    return row["number"]


async def waiting(consumer):
    return {row["subject"]: ObstacleKind(row["kind"]) for row in await consumer.fetch(WAITING)}


async def counts(consumer, topic=TOPIC):
    async with consumer.db.read() as tx:
        return (await usage.read(tx)).get(topic, Usage())


async def look(consumer):
    """What a worker does once a minute, and what it retries then."""
    woken = await consumer.retries.upkeep.look()
    await consumer.retries.all_due(NEVER)
    return woken


async def test_what_is_new_beyond_the_limit_waits_and_offsets_go_on(new_consumer):
    consumer = await new_consumer(FEW)

    await consumer.receive(*things(range(25)))

    assert await living(consumer) == 10
    assert list((await waiting(consumer)).values()) == [ObstacleKind.EXCESS] * 15
    [why] = await consumer.fetch("SELECT DISTINCT reason FROM parked")
    assert why == {"reason": "the topic has 10 living entities, and 10 are the limit"}
    assert await consumer.offset(TOPIC) == 25
    assert (await counts(consumer)).living == 10


async def test_changes_and_ends_of_what_is_known_always_apply(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(10)))

    await consumer.receive(*things(range(20), version=2), an_end(9, version=3))

    assert await consumer.fetch("SELECT count(*) AS n FROM replica WHERE applied = 2") == [{"n": 9}]
    assert await living(consumer) == 9
    assert len(await waiting(consumer)) == 10


async def test_another_owner_and_this_one_are_not_held_to_it(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(25)))

    await consumer.receive(*things(range(10), target=OTHER), *things(range(25), target=OWN))

    assert await living(consumer, THINGS.topic("other")) == 10
    assert await living(consumer, THINGS.topic("follower")) == 25


async def test_what_ended_and_comes_to_life_again_is_one_more(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(10)))
    await consumer.receive(*map(an_end, range(10)))
    await consumer.receive(*things(range(10, 20)))

    await consumer.receive(*things(range(10), version=3))

    assert await living(consumer) == 10
    assert len(await waiting(consumer)) == 10


async def test_excess_is_applied_oldest_first_when_room_appears(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(10)))
    for number in range(10, 15):
        await consumer.receive(*things([number]))
    assert not await look(consumer)

    await consumer.receive(an_end(0), an_end(1))

    assert await look(consumer)
    assert not await look(consumer)
    assert await living(consumer) == 10
    assert list(await waiting(consumer)) == ["thing-0012", "thing-0013", "thing-0014"]
    told = await consumer.fetch("SELECT is_news FROM told WHERE subject = 'thing-0010'")
    assert told == [{"is_news": True}]


async def test_excess_is_applied_when_the_limit_rises(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(25)))

    consumer.limits = Limits(entities=20, bytes=2**30, parked_bytes=2**30)
    await consumer.settle()
    await look(consumer)

    assert await living(consumer) == 20
    assert len(await waiting(consumer)) == 5
    assert await counts(consumer) == (await recounted(consumer))


async def test_excess_is_not_retried_by_time_nor_with_all_the_rest(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(30)), good(MAKER, subject="bad").valued(b"{"))

    consumer.db.taken()
    await consumer.execute("UPDATE parked SET next_try_at = now() WHERE kind <> 'excess'")
    await consumer.retries.all_due(NEVER)

    assert consumer.db.taken() <= 5
    found = await consumer.fetch("SELECT DISTINCT kind, attempts FROM parked ORDER BY kind")
    assert [(row["kind"], row["attempts"]) for row in found] == [("excess", 1), ("unreadable", 2)]


async def test_one_that_waits_for_something_else_is_excess_when_it_comes_to_it(new_consumer):
    consumer = await new_consumer(FEW)
    early = ThingView(name="early", needs="part").model_dump_json().encode()
    await consumer.receive(*(raw.valued(early) for raw in things(range(100, 105))))
    await consumer.receive(*things(range(10)))

    await consumer.execute("UPDATE parked SET next_try_at = now(), waits_for = waits_for")
    await consumer.retries.all_due(NEVER)

    assert await living(consumer) == 10
    assert set((await waiting(consumer)).values()) == {ObstacleKind.EXCESS}


async def test_a_newer_version_of_excess_replaces_it_and_an_end_frees_it(new_consumer):
    consumer = await new_consumer(FEW)
    await consumer.receive(*things(range(12)))

    await consumer.receive(*things([10], version=2), an_end(11))

    assert await consumer.fetch(WAITING) == [
        {"subject": "thing-0010", "version": 2, "kind": "excess"}
    ]
    assert await counts(consumer) == await recounted(consumer)


async def test_bytes_are_limited_also_of_what_has_ended(new_consumer):
    consumer = await new_consumer(Limits(entities=2**40, bytes=5_000, parked_bytes=2**30))
    for number in range(50):
        await consumer.receive(*things([number]), an_end(number - 1))

    assert await living(consumer) <= 1
    assert (await counts(consumer)).bytes < 6_000
    assert set((await waiting(consumer)).values()) == {ObstacleKind.EXCESS}


async def test_beyond_what_may_be_parked_it_is_counted_and_not_kept(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=2**30, parked_bytes=20_000))

    await consumer.receive(*things(range(500)))
    await consumer.receive(*things(range(500, 1000)))

    found = await counts(consumer)
    kept = len(await waiting(consumer))
    assert 0 < kept < 100
    assert found.skipped == 990 - kept
    assert found.parked <= 20_000
    assert len(await consumer.fetch("SELECT FROM replica")) == 10 + kept
    assert await consumer.offset(TOPIC) == 500


async def test_what_cannot_be_read_is_kept_within_the_same_limit(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=2**30, parked_bytes=20_000))

    await consumer.receive(*(raw.valued(b"{" * 1000) for raw in things(range(500))))
    await consumer.receive(*things(range(500), target=OTHER))

    assert 0 < len(await waiting(consumer)) < 520
    assert (await counts(consumer)).skipped > 450
    assert (await counts(consumer, THINGS.topic("other"))).living == 10


async def test_an_incomplete_topic_is_read_again_when_a_limit_is_raised(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=2**30, parked_bytes=20_000))
    await consumer.receive(*things(range(5), target=OTHER))
    await consumer.receive(*things(range(300)))

    consumer.limits = UNLIMITED
    await consumer.settle()

    assert await consumer.offset(TOPIC) == 0
    assert await consumer.offset(THINGS.topic("other")) == 5
    assert (await counts(consumer)).skipped == 0
    await consumer.receive(*things(range(300)))
    await look(consumer)
    assert await living(consumer) == 300
    assert await waiting(consumer) == {}


async def test_an_incomplete_topic_is_read_again_when_its_owner_has_room_to_park(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=2**30, parked_bytes=20_000))
    await consumer.receive(*things(range(100)))
    assert not await look(consumer)
    assert await consumer.offset(TOPIC) == 100, "nothing has changed"

    await consumer.receive(*(an_end(number) for number in range(50)))
    await look(consumer)

    assert await consumer.offset(TOPIC) == 0
    await consumer.settle()
    await consumer.receive(*things(range(100)))
    await consumer.receive(*map(an_end, range(10, 50)))
    assert (await counts(consumer)).skipped > 0
    await look(consumer)
    assert await consumer.offset(TOPIC) > 0, "not again within a day"


async def test_a_worker_hears_that_a_topic_is_read_again_and_stores_no_older_offsets(new_consumer):
    consumer = await new_consumer(UNLIMITED)
    await consumer.receive(*things(range(5)))

    async with consumer.db.transaction() as tx:
        await offsets.read_again([TOPIC], tx)
    await consumer.receive(*things(range(5)))

    assert await consumer.offset(TOPIC) == 0


async def test_whom_is_no_longer_followed_leaves_nothing_that_is_counted(new_consumer):
    consumer = await new_consumer(Limits(entities=10, bytes=2**30, parked_bytes=5_000))
    await consumer.settle(["maker"])
    await consumer.receive(*things(range(100)))

    await consumer.settle(["other"])

    assert await consumer.fetch("SELECT FROM usage") == []
    assert await waiting(consumer) == {}


async def recounted(consumer):
    async with consumer.db.transaction() as tx:
        await usage.recount(tx)
    return await counts(consumer)
