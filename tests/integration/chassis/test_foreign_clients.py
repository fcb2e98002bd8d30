"""What other clients than ours may write: names of headers that are no text, and no codec."""

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CorruptRecordException

from intercoop_chassis import telemetry
from testkit.nodes import until
from testkit.poison import PoisonTarget, good
from testkit.things.streams import PARTS, THINGS
from testkit.topics import make_topic, write_at_once, write_odd_name


async def followed(network, **configs):
    """A follower of a maker whose topics the test writes to."""
    follower = await network.node("follower", follows=frozenset({"maker"}))
    target = PoisonTarget(network.name, network.owner("maker"), follower.owner, follower.keyring)
    for stream in (THINGS, PARTS):
        await make_topic(follower.settings.kafka, stream.topic(target.maker), **configs)
    return follower, target


async def write(follower, *raws):
    records = [(raw.topic, raw.key, raw.value, raw.headers) for raw in raws]
    await write_at_once(follower.settings.kafka, records)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_what_is_compressed_is_refused_and_hinders_nobody(network, codec):
    """A broker that is told to compresses what clients do not: such a topic is not ours."""
    follower, target = await followed(network, **{"compression.type": codec})
    await write(follower, *(good(target) for _ in range(5)))
    refused = telemetry.REFUSED.labels("things", "compressed")
    counted = refused._value.get()
    follower.start_worker()

    async def passed_over():
        return refused._value.get() > counted

    await until(passed_over, what="a compressed batch that is refused")
    assert await follower.value("SELECT count(*) FROM replica") == 0
    health = follower.health.problems
    assert health == {}


async def test_a_header_whose_name_is_no_text_hinders_nobody(network):
    follower, target = await followed(network)
    follower.start_worker()
    before, odd, after = good(target), good(target), good(target)
    await write(follower, before)
    await write_odd_name(follower.settings.kafka, odd.topic, (odd.subject, odd.value, odd.headers))
    await write(follower, after)
    for raw in (before, odd, after):
        await follower.knows(raw.subject)
    assert await follower.value("SELECT count(*) FROM replica") == 3


async def test_a_poll_that_fails_skips_nothing_and_is_told(network, monkeypatch):
    """aiokafka has gone past the records in front of a damaged batch when it raises."""
    follower, target = await followed(network)
    lost, poll = [], AIOKafkaConsumer.getmany

    async def damaged_once(self, *arguments, **options):
        found = await poll(self, *arguments, **options)
        if found and not lost:
            lost.append(found)
            raise CorruptRecordException("damaged under way")
        return found

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", damaged_once)
    raws = [good(target) for _ in range(3)]
    await write(follower, *raws)
    follower.start_worker()

    async def told():
        return "cannot be read" in follower.health.problems.get("things.worker", "")

    await until(told, what="a worker that says that it cannot read")
    late = good(target)
    await write(follower, late)
    for raw in (*raws, late):
        await follower.knows(raw.subject)
    assert lost
