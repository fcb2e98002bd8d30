"""A relay that looks at what its topics hold does not look for ever."""

import pytest
from aiokafka import TopicPartition

from intercoop_chassis.relay import ahead
from testkit.things.streams import THINGS, ThingView


@pytest.mark.parametrize("missing", [0, 5], ids=["whole", "cut"])
async def test_a_topic_that_was_cut_meanwhile_is_not_waited_for(network, monkeypatch, missing):
    if missing:
        monkeypatch.setattr(ahead, "_STUCK_S", 2.0)
    maker = await network.node("maker")
    maker.start_relay()
    for number in range(3):
        await maker.publish(THINGS, ThingView(name=f"{number}"))
    await maker.drained()
    partition = TopicPartition(THINGS.topic(maker.owner), 0)
    ends = await ahead.end_offsets_of(maker.settings, [partition])

    read = []
    async with ahead._consumer(maker.settings) as consumer:
        looking = ahead._read(consumer, {partition: 0}, {partition: ends[partition] + missing})
        try:
            async for records in looking:
                read += records
        except TimeoutError:
            assert missing
        else:
            assert not missing
    assert len(read) == 3
