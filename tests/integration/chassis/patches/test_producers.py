"""A producer's epoch in every partition, and outside of transactions; a producer that cannot stop."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

from intercoop_chassis.kafka.patches.producers import (
    abandon,
    add_to_transaction,
    leave_transactions,
)
from testkit.nodes import until

LAST_EPOCH = 32_766
LONG_S = 1.0


async def nobody(*_arguments, **_named):
    """No connection: the broker is away."""


def batch(producer):
    batch = producer.create_batch()
    batch.append(key=b"a", value=b"b", timestamp=None)
    return batch


async def end_offset(consumer, partition):
    return (await consumer.end_offsets([partition]))[partition]


async def test_upstream_writes_no_marker_to_a_partition_without_records(
    producer, consumer, partition
):
    await producer.begin_transaction()
    await producer.commit_transaction()
    assert await end_offset(consumer, partition) == 0

    await producer.begin_transaction()
    add_to_transaction(producer, [partition])
    await producer.commit_transaction()

    async def marked():
        return await end_offset(consumer, partition) == 1

    await until(marked, what="the marker, with the epoch")


async def test_upstream_sends_nothing_outside_of_a_transaction(producer, consumer, partition):
    with pytest.raises(IllegalOperation):
        await producer.send_batch(batch(producer), partition.topic, partition=0)

    leave_transactions(producer)
    sent = await producer.send_batch(batch(producer), partition.topic, partition=0)
    assert (await sent).offset == 0
    assert await end_offset(consumer, partition) == 1, "no marker behind it"


async def test_behind_the_last_epoch_nobody_could_be_fenced_out():
    producer = AIOKafkaProducer(transactional_id="one")
    producer._txn_manager.set_pid_and_epoch(1, LAST_EPOCH)
    with pytest.raises(KafkaError, match="epochs"):
        leave_transactions(producer)
    assert producer._txn_manager.transactional_id == "one"


async def test_upstream_does_not_stop_while_the_broker_is_away_and_goes_on_sending(
    bootstrap, partition, monkeypatch
):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True)
    await producer.start()
    await producer.partitions_for(partition.topic)
    monkeypatch.setattr(producer.client, "_get_conn", nobody)
    await producer.send_batch(batch(producer), partition.topic, partition=0)

    stopping = asyncio.ensure_future(producer.stop())
    await asyncio.wait({stopping}, timeout=LONG_S)
    assert not stopping.done()
    stopping.cancel()
    await asyncio.wait({stopping})
    assert not producer._sender.sender_task.done(), "it would send this when the broker is back"

    await abandon(producer, LONG_S)
    await asyncio.wait({producer._sender.sender_task}, timeout=LONG_S)
    assert producer._sender.sender_task.done()
