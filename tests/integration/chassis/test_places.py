"""Two members of a group, one of them too slow: who has gone on is not put back."""

import pytest
from aiokafka import TopicPartition

from intercoop_chassis.consumer import offsets
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

STORED = "SELECT next_offset FROM offsets WHERE topic = $1"
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


@pytest.mark.parametrize(
    ("known", "error"), [(5, offsets.PlaceTakenError), (9, offsets.PlaceLostError)]
)
async def test_a_place_is_written_only_over_the_one_that_was_known(network, known, error):
    node = await network.node("follower")
    partition = TopicPartition("shared.maker.things.v1", 0)
    async with node.db.transaction() as tx:
        ledger, _ = await offsets.read("cluster", tx)
        await offsets.write(ledger, {partition: 7}, tx)

    ledger.known[partition] = known
    with pytest.raises(error):
        async with node.db.transaction() as tx:
            await offsets.write(ledger, {partition: 20}, tx)
    assert await node.value(STORED, partition.topic) == 7

    async with node.db.transaction() as tx:
        ledger, found = await offsets.read("cluster", tx)
        assert found == {partition: 7}
        await offsets.write(ledger, {partition: 20}, tx)
    assert await node.value(STORED, partition.topic) == 20


async def _last_place(node, topic):
    """Where a topic's last record is."""
    return (await read_all(node.settings.kafka, topic))[-1].offset
