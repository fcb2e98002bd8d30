"""New topics are read as soon as their relay announces them, without a look at all topics."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from intercoop_chassis.kafka import broker
from intercoop_chassis.kafka.announcements import TOPIC
from intercoop_chassis.relay.tuning import RelayTuning
from testkit.nodes import until
from testkit.things.streams import PARTS, THINGS, ThingView
from testkit.topics import write

NEVER_MS = 600_000


@pytest.fixture
async def follower(network, monkeypatch):
    """A follower that looks for new topics once in ten minutes by itself, and reads one maker."""
    monkeypatch.setattr(broker, "_METADATA_MS", NEVER_MS)
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    await maker.drained()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="known")))
    return follower


async def topics_at(bootstrap):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return await admin.list_topics()
    finally:
        await admin.close()


async def test_the_first_change_of_a_new_owner_is_known_by_its_announcement(network, follower):
    newcomer = await network.node("second-maker")
    newcomer.start_relay()
    first = await newcomer.publish(THINGS, ThingView(name="hello"))
    await follower.knows(first)
    assert [one["is_news"] for one in await follower.told(first)] == [True]
    parts = [await newcomer.publish(PARTS, ThingView(name=f"{number}")) for number in range(20)]
    for part in parts:
        await follower.knows(part)
    for thing in (first, *parts):
        assert len(await follower.told(thing)) <= 1, "once"


async def test_topics_that_an_operator_makes_are_announced_when_they_are_found(network, follower):
    newcomer = await network.node("second-maker")
    newcomer.settings = newcomer.settings.model_copy(update={"create_topics": False})
    newcomer.start_relay(RelayTuning(cluster_look_s=0.2))
    first = await newcomer.publish(THINGS, ThingView(name="waits for its topic"))
    await network.create_topic(THINGS.topic(newcomer.owner))
    await follower.knows(first)


async def test_whoever_announces_without_end_hinders_nobody(network, follower):
    """Nobody has to be trusted: what is read of an announcement is that there was one."""
    bootstrap = network.platform.kafka.bootstrap
    newcomer = await network.node("second-maker")
    await write(bootstrap, TOPIC, [("anybody", b"x" * 5_000, ())] * 200)
    newcomer.start_relay()
    first = await newcomer.publish(THINGS, ThingView(name="hello"))
    await write(bootstrap, TOPIC, [("anybody", b"", ())] * 200)
    await follower.knows(first)


async def test_a_cluster_without_announcements_is_read_all_the_same(own_kafka, network):
    """As where only an operator makes topics: workers look by themselves."""
    maker, follower = await network.node("maker"), await network.node("follower")
    for node in (maker, follower):
        node.settings = node.settings.model_copy(update={"create_topics": False})
    follower.start_worker()
    maker.start_relay(RelayTuning(cluster_look_s=0.2))
    await network.create_topic(THINGS.topic(maker.owner))
    await follower.knows(await maker.publish(THINGS, ThingView(name="read")))
    assert TOPIC not in await topics_at(own_kafka.bootstrap)


async def test_the_topic_of_announcements_is_made_by_whoever_listens(network, follower):
    async def there():
        return TOPIC in await topics_at(network.platform.kafka.bootstrap)

    await until(there, what="the topic")
