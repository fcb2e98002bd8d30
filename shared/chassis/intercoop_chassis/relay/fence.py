"""Fencing: whoever leads writes alone, and nothing that an earlier leader left can come after it.

A frozen leader (a zombie) may wake up and send an old version behind a newer one, which compaction
would keep. Kafka has a fence against that, the producer epoch: a transactional id has one producer
at a time, and each that starts under it gets a higher epoch (`InitProducerId`). A partition refuses
batches of an older epoch (`ProducerFenced`) from the moment at which it has seen the newer one.

So a session begins with one transaction without records over all partitions of the service's
topics: the marker at its end writes the new epoch into each. What is sent afterwards needs no
transaction. That spares the broker most of its work, and each change the wait for the end of the
transaction before.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import close_within
from intercoop_chassis.kafka.patches.cluster_pinning import pin_to_cluster
from intercoop_chassis.kafka.patches.producers import (
    abandon,
    add_to_transaction,
    leave_transactions,
)
from intercoop_chassis.settings import Settings

LASTS_S: Final = 43_200.0
"""Half a day. A partition forgets the epoch of a producer that was silent for a day
(`producer.id.expiration.ms`), and the broker a transactional id after a week."""

_START_S: Final = 15.0
_STOP_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Fenced:
    """A producer, and the partitions to which it alone can write."""

    producer: AIOKafkaProducer
    partitions: frozenset[TopicPartition]


@asynccontextmanager
async def fenced_producer(
    settings: Settings, service: str, partitions: Collection[TopicPartition], cluster: str
) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer that alone can write to these partitions, for half a day.

    To other partitions it must not write: there no earlier producer is fenced out.

    It is pinned to its cluster. A cluster that came back empty at the same address assigns producer
    ids anew, from 0. If this producer wrote there, its successor could get the same id with a lower
    epoch, which the partitions would refuse (`InvalidProducerEpoch`), its fence included.

    Raises what the broker raises; `TopicAuthorizationFailedError` names the topics that this
    service may not write.
    """
    await _raise_fence(settings, service, partitions, cluster)
    async with _transactional_producer(settings, service, cluster) as producer:
        # It has started, so the fence's transaction has ended in every partition. Its own epoch is
        # one higher than the fence's.
        leave_transactions(producer)
        yield producer


async def _raise_fence(
    settings: Settings, service: str, partitions: Collection[TopicPartition], cluster: str
) -> None:
    """Write the new epoch into every partition, in a transaction without records."""
    producing = _transactional_producer(settings, service, cluster)
    async with producing as producer, asyncio.timeout(_START_S):
        await producer.begin_transaction()
        add_to_transaction(producer, partitions)
        await producer.commit_transaction()


@asynccontextmanager
async def _transactional_producer(
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
    pin_to_cluster(producer.client, cluster)
    try:
        await asyncio.wait_for(producer.start(), _START_S)
        yield producer
    finally:
        await close_within(_STOP_S, producer.stop())  # it hangs without a broker
        await abandon(producer, _STOP_S)
