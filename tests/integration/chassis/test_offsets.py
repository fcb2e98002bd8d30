"""Offsets: a member that was too slow is not put back, and a seek leaves out nothing."""

import asyncio
import signal

import pytest
from aiokafka import TopicPartition

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.effects import REACTED_AT_ONCE
from intercoop_chassis.failpoints import Step
from intercoop_chassis.postgres import AtHome, Database
from testkit import crashing_process
from testkit.brokerless_consumer import BrokerlessConsumer, record
from testkit.nodes import until
from testkit.pipeline import EMPTY
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

STORED = "SELECT next_offset FROM offsets WHERE topic = $1"
LOCK = "LOCK TABLE offsets IN ACCESS EXCLUSIVE MODE"
IS_WAITED_FOR = """
SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'offsets'::regclass AND NOT granted)
"""
IS_READ = "SELECT EXISTS (SELECT FROM offsets)"
SUBSCRIBED = "SELECT EXISTS (SELECT FROM subscriptions)"
BEFORE_THE_RESYNC = """
WITH gone AS (DELETE FROM subscriptions) DELETE FROM pipeline_state WHERE name = 'resync'
"""
WRITTEN = """
SELECT (SELECT count(*) FROM replica) AS known, (SELECT count(*) FROM parked) AS waiting,
       (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM offsets) AS read
"""
ENOUGH_TO_POLL_S = 1.5
GO_ON = "UPDATE offsets SET next_offset = next_offset + 1 WHERE topic = $1"


async def test_a_member_that_was_too_slow_reads_on_where_another_has_got_to(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    topic = THINGS.topic(maker.owner)
    await follower.knows(await maker.publish(THINGS, ThingView(name="by this one")))

    await follower.execute(GO_ON, topic)  # as another member does with the next record
    taken = await maker.publish(THINGS, ThingView(name="by another"))
    await maker.drained()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by this one again")))

    assert await follower.version_of(taken) == 0, "that was the other's to apply"
    assert await follower.value(STORED, topic) == 1 + await _last_place(maker, topic)
    assert await follower.value("SELECT count(*) FROM parked") == 0
    assert not follower.health.problems


async def test_what_was_polled_elsewhere_is_not_applied_where_reading_begins_anew(network):
    """The group remembers a place that a database made anew does not, and a poll begins there.

    Meanwhile the worker looks up its place, which is before the first record. It is killed behind
    its first transaction: another member would go on from what that one stored.
    """
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    before = [await maker.publish(THINGS, ThingView(name="before")) for _ in range(20)]
    for subject in before:
        await follower.knows(subject)
    await follower.stop()  # it tells the group how far it has come
    await follower.execute(EMPTY)
    since = [await maker.publish(THINGS, ThingView(name="since")) for _ in range(5)]
    await maker.drained()

    async with follower.db.transaction() as tx:
        await tx.execute(LOCK)
        process = crashing_process.start("worker", follower.settings, dies_at=Step.WORKER_COMMITTED)
        await until(lambda: tx.fetchval(IS_WAITED_FOR), what="a worker that looks up its place")
        await asyncio.sleep(ENOUGH_TO_POLL_S)
    assert await asyncio.to_thread(process.wait, 120) == -signal.SIGKILL

    follower.start_worker()
    for subject in (*before, *since):
        await follower.knows(subject)
    assert await follower.value("SELECT count(*) FROM known_things") == len(before) + len(since)


@pytest.fixture
async def consumer(platform):
    service = things_service()
    db = Database(await platform.database(service), home=AtHome("follower"))
    consumer = BrokerlessConsumer(service, "follower", db)
    await consumer.settle()
    yield consumer
    await db.close()


async def anew(consumer):
    """The database is lost, and another worker has begun in a new one."""
    async with consumer.db.transaction() as tx:
        await tx.execute(EMPTY)
        await offsets.begin_lineage(tx)


TARGET = PoisonTarget("test", "maker", "follower")
NEWS = [good(TARGET) for _ in range(REACTED_AT_ONCE + 1)]


@pytest.mark.parametrize(
    "poll",
    [NEWS, [NEWS[0].valued(b"{")], [*NEWS[:2], NEWS[2].valued(b"{")]],
    ids=["several transactions", "poison", "both"],
)
async def test_a_poll_does_nothing_in_a_database_made_anew_in_the_middle_of_it(consumer, poll):
    """To the old one these changes were news, to the new one they are history."""
    await anew(consumer)

    with pytest.raises(offsets.OffsetsLostError):
        await consumer.receive(*poll)

    assert await consumer.fetch(WRITTEN) == [dict.fromkeys(("known", "waiting", "told", "read"), 0)]


async def test_who_loses_its_partitions_ends_behind_a_transaction(consumer):
    """It does not go on for minutes with what is another member's: the group waits for it."""
    answers = iter([True, False])
    polled = [record(raw, offset) for offset, raw in enumerate(NEWS)]

    with pytest.raises(offsets.OffsetsTakenError):
        await consumer.apply(polled, lambda: next(answers))

    assert len(await consumer.fetch("SELECT FROM replica")) == REACTED_AT_ONCE
    assert await consumer.fetch("SELECT FROM offsets") == []
    await consumer.apply(polled)
    assert len(await consumer.fetch("SELECT FROM told")) == len(NEWS)


async def test_a_database_from_before_a_resync_is_noticed(network):
    """As any that was restored: whom it follows is settled again."""
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    async with follower.db.transaction() as tx:
        await offsets.resync(tx)
    await follower.knows(await maker.publish(THINGS, ThingView(name="since")))
    await until(lambda: follower.value(IS_READ), what="a place stored since the resync")

    async with follower.db.transaction() as tx:
        await tx.execute(BEFORE_THE_RESYNC)

    await until(lambda: follower.value(SUBSCRIBED), what="a session that settles again")


async def test_a_database_made_anew_after_a_resync_gets_nothing_either(consumer):
    """It knows of no resync, so that no place would be stored there."""
    async with consumer.db.transaction() as tx:
        await offsets.resync(tx)
    await consumer.settle()
    await anew(consumer)

    with pytest.raises(offsets.OffsetsLostError):
        await consumer.receive(NEWS[0])

    assert await consumer.fetch("SELECT * FROM told") == []


@pytest.mark.parametrize(
    ("known", "error"), [(5, offsets.OffsetsTakenError), (9, offsets.OffsetsLostError)]
)
async def test_a_place_is_written_only_over_the_one_that_was_known(network, known, error):
    node = await network.node("follower")
    partition = TopicPartition("shared.maker.things.v1", 0)
    async with node.db.transaction() as tx:
        stored = await offsets.read("cluster", tx)
        await offsets.write(stored, {partition: 7}, tx)

    stored.known[partition] = known
    with pytest.raises(error):
        async with node.db.transaction() as tx:
            await offsets.write(stored, {partition: 20}, tx)
    assert await node.value(STORED, partition.topic) == 7

    async with node.db.transaction() as tx:
        stored = await offsets.read("cluster", tx)
        assert stored.known == {partition: 7}
        await offsets.write(stored, {partition: 20}, tx)
    assert await node.value(STORED, partition.topic) == 20


async def _last_place(node, topic):
    """Where a topic's last record is."""
    return (await read_all(node.settings.kafka, topic))[-1].offset
