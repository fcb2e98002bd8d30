"""A producer's epoch, as a fence needs it, and the end of a producer that cannot stop."""

from collections.abc import Collection
from typing import Final, TypeAlias

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from intercoop_chassis.kafka.patches.cancellations import close_within

RecordBatch: TypeAlias = BatchBuilder
"""A batch to be, as `AIOKafkaProducer.create_batch()` makes it; it has no public name."""

_LAST_EPOCH: Final = 32_766
"""The next producer gets another producer id, whose epochs fence this one out nowhere."""


def add_to_transaction(producer: AIOKafkaProducer, partitions: Collection[TopicPartition]) -> None:
    """Let the end of the transaction under way be written to these partitions too.

    Kafka writes a transaction's marker, with the producer's epoch, to every partition of the
    transaction. aiokafka adds a partition only when a record is sent there.

    Upstream: none known.
    """
    for partition in partitions:
        producer._txn_manager.maybe_add_partition_to_txn(partition)  # noqa: SLF001


def leave_transactions(producer: AIOKafkaProducer) -> None:
    """Let a transactional producer send outside of transactions, and keep its id and epoch.

    aiokafka refuses that (`IllegalOperation`), though Kafka's protocol has it: an idempotent batch
    carries the producer's id and epoch, in a transaction or not. Raises `KafkaError` at the last
    epoch there is.

    Upstream: none known.
    """
    if producer._txn_manager.producer_epoch >= _LAST_EPOCH:  # noqa: SLF001
        raise KafkaError("the epochs of the relay's producer have come to their end")
    producer._txn_manager.transactional_id = None  # noqa: SLF001


async def abandon(producer: AIOKafkaProducer, within_s: float) -> None:
    """End the sending of a producer whose `stop()` did not return.

    `stop()` waits until everything is sent; given up, it leaves a task behind that goes on trying
    to send what it has, when another producer may already have taken its place.

    Upstream: aio-libs/aiokafka#1101, open.
    """
    sending = producer._sender.sender_task  # noqa: SLF001
    if sending is None or sending.done():
        return
    sending.cancel()
    await close_within(within_s, producer.client.close())
