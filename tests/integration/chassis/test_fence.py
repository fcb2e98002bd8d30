"""The fence: whoever leads writes alone, whatever an earlier leader still has on its way."""

from contextlib import AsyncExitStack

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.errors import ProducerFenced

from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.relay.fence import fenced_producer
from testkit.nodes import until
from testkit.things.streams import PARTS, THINGS, ThingView
from testkit.topics import read_all


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
