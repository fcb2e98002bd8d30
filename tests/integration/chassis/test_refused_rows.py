"""What the broker refuses is set aside with its reason, and the rest goes on."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from intercoop_chassis.errors import ErasedEntityError, PayloadTooLargeError
from intercoop_contracts.streams import End, Ended
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView

REASON = "SELECT refused FROM outbox WHERE subject = $1"


async def test_a_view_that_the_broker_finds_too_large_does_not_hold_up_the_others(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    admin = AIOKafkaAdminClient(bootstrap_servers=maker.settings.kafka)
    await admin.start()
    limit = {"max.message.bytes": "3000"}
    await admin.create_topics([NewTopic(THINGS.topic(maker.owner), 1, 1, topic_configs=limit)])
    await admin.close()

    small = [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(3)]
    large = await maker.publish(THINGS, ThingView(name="large", filling="x" * 50_000))
    small += [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(3)]
    maker.start_relay()
    follower.start_worker()
    for subject in small:
        await follower.knows(subject)
    reason = await until(lambda: maker.value(REASON, large), what="a reason")
    assert "message.max.bytes" in reason

    await maker.publish(THINGS, ThingView(name="small now"), large)
    await follower.knows(large, 2)


async def test_a_view_that_no_message_could_hold_is_refused_at_once(network):
    maker = await network.node("maker")
    too_large = ThingView(name="x", filling="x" * 600_000)
    with pytest.raises(PayloadTooLargeError, match="shorten its texts"):
        await maker.publish(THINGS, too_large)
    assert await maker.value("SELECT count(*) FROM published") == 0


async def test_an_erased_entity_stays_erased(network):
    maker = await network.node("maker")
    subject = await maker.publish(THINGS, ThingView(name="forget me"))
    await maker.publish(THINGS, Ended(ended=End(reason="erased", erased=True)), subject)
    with pytest.raises(ErasedEntityError, match="stays erased"):
        await maker.publish(THINGS, ThingView(name="back again"), subject)
    assert await maker.version_of(subject) == 2
