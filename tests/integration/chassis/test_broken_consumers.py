"""A consumer that does not recover by itself is replaced; any of several servers is enough."""

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import KafkaError

from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView


@pytest.mark.parametrize(
    "fault", [KafkaError("Unexpected error during coordination"), AssertionError("in a fetch")]
)
async def test_a_consumer_that_broke_is_replaced(network, monkeypatch, fault):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    subject = await maker.publish(THINGS, ThingView(name="before"))
    await follower.knows(subject)
    poll, broken = AIOKafkaConsumer.getmany, []

    async def polled(self, *arguments, **named):
        if not broken:
            broken.append(self)
        if self in broken:
            raise fault
        return await poll(self, *arguments, **named)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", polled)
    await until(lambda: _any(broken), what="a poll that fails")
    await maker.publish(THINGS, ThingView(name="after"), subject)

    await follower.knows(subject, 2)
    assert [one["version"] for one in await follower.told(subject)] == [1, 2]
    await until(lambda: _any(not follower.health.problems), what="a worker that is well")


async def test_so_is_one_that_has_ceased_to_fetch_though_polls_go_on(network, monkeypatch):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    subject = await maker.publish(THINGS, ThingView(name="before"))
    await follower.knows(subject)
    fetch, broken = Fetcher._proc_fetch_request, []

    async def fetched(self, *arguments):
        if not broken:
            broken.append(self)
            raise KeyError("a connection that is gone")
        return await fetch(self, *arguments)

    monkeypatch.setattr(Fetcher, "_proc_fetch_request", fetched)
    await until(lambda: _any(broken), what="a fetch that fails")
    await maker.publish(THINGS, ThingView(name="after"), subject)

    await follower.knows(subject, 2)


async def test_the_first_of_several_servers_may_be_away(network):
    network.kafka = f"127.0.0.1:1, {network.platform.kafka.bootstrap}"
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="over the second")))


async def _any(found):
    return bool(found)
