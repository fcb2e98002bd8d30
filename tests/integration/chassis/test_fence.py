"""The fence: whoever leads writes alone, whatever an earlier leader still has on its way."""

from contextlib import AsyncExitStack

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.errors import ProducerFenced
from prometheus_client import REGISTRY

from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.relay.election import LOCK_KEY
from intercoop_chassis.relay.fence import fenced_producer
from intercoop_chassis.relay.tuning import RelayTuning
from testkit.nodes import until
from testkit.things.streams import PARTS, THINGS, ThingView
from testkit.topics import read_all

HOLDER = """
SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND granted AND datname = current_database()
    AND classid = 0 AND objid = $1
"""


class Leader:
    """Who sends in a maker's name, one after the other."""

    def __init__(self, node, producer):
        self.topic = THINGS.topic(node.owner)
        self.producer = producer

    async def sends(self, text):
        builder = self.producer.create_batch()
        assert builder.append(key=b"a", value=text, timestamp=None)
        await (await self.producer.send_batch(builder, self.topic, partition=0))


@pytest.fixture
async def leaders(network):
    """Makes leaders of one maker; each new one raises its fence."""
    maker = await network.node("maker")
    async with AsyncExitStack() as stack, Cluster(maker.settings) as cluster:
        await cluster.ensure_topics(maker.messages.topics)
        partitions = await cluster.every_partition(maker.messages.topics)
        identity = await cluster.identify()

        async def lead():
            producing = fenced_producer(maker.settings, "things", partitions, identity)
            return Leader(maker, await stack.enter_async_context(producing))

        yield lead


class Unheard(Cluster):
    """At a node of the broker that has not heard yet of one topic that its controller made."""

    def __init__(self, settings, topic):
        super().__init__(settings)
        self._topic = topic
        self.asked = 0

    async def partitions(self, topics):
        self.asked += 1
        found = await super().partitions(topics)
        return found if self.asked > 3 else [one for one in found if one.topic != self._topic]


async def test_a_topic_that_was_made_a_moment_ago_is_in_the_fence(network):
    """Were it left out, its first change would end the session of a relay that has just begun."""
    node = await network.node("maker")
    topics = node.messages.topics
    async with Unheard(node.settings, min(topics)) as cluster:
        await cluster.ensure_topics(topics)
        assert {one.topic for one in await cluster.every_partition(topics)} == topics
        assert cluster.asked > 3


async def test_a_topic_that_nobody_has_heard_of_is_not_waited_for_without_end(network):
    node = await network.node("maker")
    async with Cluster(node.settings) as cluster:
        assert await cluster.every_partition(node.messages.topics) == []


async def values(network, leader):
    records = await read_all(network.platform.kafka.bootstrap, leader.topic)
    return [one.value for one in records]


async def test_nothing_of_an_earlier_leader_comes_after_the_fence(network, leaders):
    zombie = await leaders()
    await zombie.sends(b"while it led")
    leader = await leaders()
    with pytest.raises(ProducerFenced):
        await zombie.sends(b"before anything else was sent")
    await leader.sends(b"by its successor")
    with pytest.raises(ProducerFenced):
        await zombie.sends(b"after that")
    await leader.sends(b"once more")
    assert await values(network, leader) == [b"while it led", b"by its successor", b"once more"]


async def test_a_leader_that_never_sent_anything_is_shut_out_too(network, leaders):
    zombie, leader = await leaders(), await leaders()
    with pytest.raises(ProducerFenced):
        await zombie.sends(b"too late")
    await leader.sends(b"in time")
    assert await values(network, leader) == [b"in time"]


async def test_what_is_sent_is_read_at_once_and_no_record_is_held_back_by_another(network, leaders):
    leader = await leaders()
    await leader.sends(b"one")
    assert await values(network, leader) == [b"one"]


async def test_a_partition_that_is_added_is_fenced_before_anything_is_written_there(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="in the first")))
    await add_partitions(maker, THINGS.topic(maker.owner), 8)

    async def spread():
        await follower.knows(await maker.publish(THINGS, ThingView(name="anywhere")))
        return len(await used(maker, THINGS.topic(maker.owner), 8)) > 1

    await until(spread, within_s=90, what="a change in a new partition")


async def leads(node):
    """Which connection holds the lock; the sessions that ended for want of a fence, so far."""
    pid = await node.value(HOLDER, LOCK_KEY)
    labels = {"service": "things", "end": "not_fenced"}
    return pid, REGISTRY.get_sample_value("intercoop_relay_sessions_total", labels) or 0


async def test_a_topic_that_appears_while_a_relay_leads_is_in_its_fence(network):
    """In the same session: the lock stays where it is."""
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.settings = maker.settings.model_copy(update={"create_topics": False})
    things, parts = THINGS.topic(maker.owner), PARTS.topic(maker.owner)
    await network.create_topic(things)
    maker.start_relay(RelayTuning(cluster_look_s=0.2))
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="before")))
    before = await leads(maker)

    waiting = await maker.publish(PARTS, ThingView(name="waits for its topic"))
    await network.create_topic(parts)
    await follower.knows(waiting)
    await follower.knows(await maker.publish(THINGS, ThingView(name="after")))
    assert await leads(maker) == before


async def test_a_zombie_is_shut_out_of_a_topic_that_appeared_after_it(network):
    maker = await network.node("maker")
    maker.settings = maker.settings.model_copy(update={"create_topics": False})
    things, parts = THINGS.topic(maker.owner), PARTS.topic(maker.owner)
    await network.create_topic(things)
    async with AsyncExitStack() as stack, Cluster(maker.settings) as cluster:
        partitions = await cluster.every_partition([things])
        identity = await cluster.identify()
        producing = fenced_producer(maker.settings, "things", partitions, identity)
        zombie = Leader(maker, await stack.enter_async_context(producing))
        zombie.topic = parts
        maker.start_relay(RelayTuning(cluster_look_s=0.2))
        await maker.publish(THINGS, ThingView(name="it leads"))
        await maker.drained()
        await network.create_topic(parts)
        await maker.publish(PARTS, ThingView(name="new"))
        await maker.drained()
        with pytest.raises(ProducerFenced):
            await zombie.sends(b"older")


async def test_a_partition_that_is_added_is_fenced_in_the_same_session(network):
    maker = await network.node("maker")
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="in the first"))
    await maker.drained()
    before = await leads(maker)
    topic = THINGS.topic(maker.owner)
    await add_partitions(maker, topic, 8)

    async def spread():
        await maker.publish(THINGS, ThingView(name="anywhere"))
        await maker.drained()
        return len(await used(maker, topic, 8)) > 1

    await until(spread, within_s=90, what="a change in a new partition")
    assert await leads(maker) == before


async def test_a_topic_that_was_deleted_and_made_again_is_fenced_again(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="before")))
    await network.delete_topic(PARTS.topic(maker.owner))
    part = await maker.publish(PARTS, ThingView(name="after"))
    await follower.knows(part)


async def add_partitions(node, topic, count):
    admin = AIOKafkaAdminClient(bootstrap_servers=node.settings.kafka)
    await admin.start()
    await admin.create_partitions({topic: NewPartitions(count)})
    await admin.close()

    async def there():
        async with Cluster(node.settings) as cluster:
            return len(await cluster.partitions([topic])) == count

    await until(there, what=f"{count} partitions")


async def used(node, topic, count):
    records = await read_all(node.settings.kafka, topic)
    known = {TopicPartition(topic, number) for number in range(count)}
    found = {TopicPartition(one.topic, one.partition) for one in records}
    assert found <= known
    return found
