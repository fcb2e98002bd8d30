"""The fence: whoever leads writes alone, and nothing that an earlier leader left can come after it.

A transactional id has one producer at a time: starting it raises its epoch. A transaction over all
partitions then writes that epoch into each, and from there on the broker refuses every batch of an
earlier one, whether it was on its way or its process has just woken up. That takes one transaction
a session; what is sent afterwards needs none, which spares the broker most of its work and each
change the wait for the end of the one before.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import close_within
from intercoop_chassis.kafka.patches.cluster_pinning import keep_to
from intercoop_chassis.settings import Settings

LASTS_S: Final = 43_200.0
"""A partition forgets a producer that was silent for a day (`producer.id.expiration.ms`), and the
broker a transactional id after a week."""

_LAST_EPOCH: Final = 32_766
"""With this one the next producer gets another id, and no fence of its keeps this one out."""

_START_S: Final = 15.0
_STOP_S: Final = 2.0


@asynccontextmanager
async def fenced_producer(
    settings: Settings, service: str, partitions: Collection[TopicPartition], cluster: str
) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer that alone can write to these partitions, for half a day.

    It writes to no other cluster. Another one, which came back empty at the same address, gives
    its number anew, perhaps to whoever is to shut it out there: with an older epoch, which no
    partition that it had written to would take.

    Raises what the broker raises; `TopicAuthorizationFailedError` names the topics that this
    service may not write. To other partitions it must not write: nobody is fenced there.
    """
    await _fence(settings, service, partitions, cluster)
    async with _producer(settings, service, cluster) as producer:
        # It has started, so the transaction has ended in every partition. What it sends carries
        # an epoch that is newer still, outside of transactions.
        if producer._txn_manager.producer_epoch >= _LAST_EPOCH:  # noqa: SLF001
            raise KafkaError("the epochs of the relay's producer have come to their end")
        producer._txn_manager.transactional_id = None  # noqa: SLF001
        yield producer


async def _fence(
    settings: Settings, service: str, partitions: Collection[TopicPartition], cluster: str
) -> None:
    """Write the new epoch into every partition, in a transaction without records."""
    async with _producer(settings, service, cluster) as producer, asyncio.timeout(_START_S):
        await producer.begin_transaction()
        for partition in partitions:
            producer._txn_manager.maybe_add_partition_to_txn(partition)  # noqa: SLF001
        await producer.commit_transaction()


@asynccontextmanager
async def _producer(
    settings: Settings, service: str, cluster: str
) -> AsyncIterator[AIOKafkaProducer]:
    """A transactional producer; it starts when every transaction of earlier ones has ended."""
    producer = AIOKafkaProducer(
        **connection_arguments(settings),
        transactional_id=f"{settings.owner}.{service}.relay",
        transaction_timeout_ms=15_000,
        max_batch_size=900_000,
        request_timeout_ms=10_000,
        metadata_max_age_ms=15_000,
        retry_backoff_ms=20,
    )
    keep_to(producer.client, cluster)
    try:
        await asyncio.wait_for(producer.start(), _START_S)
        yield producer
    finally:
        await close_within(_STOP_S, producer.stop())  # it can hang without a broker
        await _abandon(producer)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """What could not be stopped must not go on trying to send what it has."""
    sending = producer._sender.sender_task  # noqa: SLF001
    if sending is None or sending.done():
        return
    sending.cancel()
    await close_within(_STOP_S, producer.client.close())
