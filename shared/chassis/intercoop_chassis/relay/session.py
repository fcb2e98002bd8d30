"""What a relay session stands on: a known cluster, and topics that agree with the database."""

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import Connection, bounded_transaction
from intercoop_chassis.relay.ahead import AheadError, OwnTopics, end_offsets_of, look_ahead
from intercoop_chassis.relay.delivery_errors import TopicCutError
from intercoop_chassis.relay.keepalive import kept_alive
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.republishing import FORGET_REFUSALS, point_at_all
from intercoop_chassis.relay.watermarks import read_watermarks, write_watermarks
from intercoop_chassis.settings import Settings

CONFIRMED_CLUSTER = "SELECT value FROM pipeline_state WHERE name = 'confirmed_cluster'"
CONFIRM_CLUSTER = """
INSERT INTO pipeline_state (name, value) VALUES ('confirmed_cluster', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OwnPartitions:
    """A service's partitions: every one, and those that are fenced, where nobody else can write."""

    every: Collection[TopicPartition]
    fenced: frozenset[TopicPartition]


async def settle_cluster(cluster: Cluster, connection: Connection) -> str:
    """Point at everything again where the cluster is a new one; returns its id."""
    async with kept_alive(connection):
        identity = await cluster.identify()
    async with bounded_transaction(connection):
        confirmed = await connection.fetchval(CONFIRMED_CLUSTER)
        if confirmed == identity:
            return identity
        if confirmed is not None:
            log.warning("relay_republishes", cluster=identity, cluster_before=confirmed)
            await connection.execute(FORGET_REFUSALS)
            await point_at_all(connection)
            reach(Step.RELAY_REPUBLISHING)
        await connection.execute(CONFIRM_CLUSTER, identity)
    return identity


async def refill_cut_topics(
    settings: Settings,
    partitions: Collection[TopicPartition],
    identity: str,
    connection: Connection,
) -> None:
    """Point again at the topics that end below their watermarks: what was confirmed is not there.

    Call it before the fence, which adds to each of them.
    """
    watermarks = await read_watermarks(identity, connection)
    async with kept_alive(connection):
        ends = await end_offsets_of(settings, partitions)
    cut = sorted(partition for partition, end in ends.items() if end < watermarks.get(partition, 0))
    if not cut:
        return
    topics = sorted({partition.topic for partition in cut})
    log.warning("topics_lost_their_end", topics=topics)
    async with bounded_transaction(connection):
        await point_at_all(connection, topics)
        await write_watermarks(identity, dict.fromkeys(cut, 0), connection)


async def compare_topics(
    settings: Settings,
    messages: Messages,
    partitions: OwnPartitions,
    identity: str,
    connection: Connection,
) -> dict[TopicPartition, int]:
    """Compare what own topics hold with what this database has published.

    Returns the end offset of each partition, which is its watermark now. Raises `AheadError` where
    a topic is ahead, and `TopicCutError` where one ends below its watermark. Call it when the fence
    is up, and no other producer of this service can write any more.
    """
    watermarks = await read_watermarks(identity, connection)
    own = OwnTopics(partitions.every, watermarks, partitions.fenced)
    found = await look_ahead(settings, messages.reader(settings.network), own, connection)
    if found.newer:
        raise AheadError(found.newer.values())
    cut = [
        partition
        for partition, end in found.end_offsets.items()
        if end < watermarks.get(partition, 0)
    ]
    if cut:
        raise TopicCutError(cut)
    if found.end_offsets != watermarks:
        async with bounded_transaction(connection):
            await write_watermarks(identity, found.end_offsets, connection)
    return dict(found.end_offsets)
