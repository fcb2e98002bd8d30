"""Watermarks: up to which offset each own topic is known to hold nothing newer than this database.

Below its watermark a partition was filled by this service from this database, or compared with it.
What stands above was written by somebody with a newer copy of the database: it was restored.
"""

from typing import Final

from aiokafka import TopicPartition

from intercoop_chassis.kafka.records import Offsets
from intercoop_chassis.postgres import Connection

REFILL: Final = 2**62
"""The watermark of a partition that has to be filled again: no end offset ever reaches it."""

READ = "SELECT topic, partition, next_offset FROM relayed WHERE cluster = $1"
WRITE = """
WITH others AS (DELETE FROM relayed WHERE cluster <> $1)
INSERT INTO relayed (cluster, topic, partition, next_offset)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])
ON CONFLICT (cluster, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
RETURNING topic, partition, coalesce(old.next_offset, 0) AS before
"""


async def read_watermarks(cluster: str, connection: Connection) -> dict[TopicPartition, int]:
    """The watermarks in this cluster's topics."""
    rows = await connection.fetch(READ, cluster)
    return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def write_watermarks(
    cluster: str, watermarks: Offsets, connection: Connection
) -> dict[TopicPartition, int]:
    """Store watermarks of this cluster, forget those of others; returns what was stored before."""
    rows = await connection.fetch(
        WRITE,
        cluster,
        [partition.topic for partition in watermarks],
        [partition.partition for partition in watermarks],
        list(watermarks.values()),
    )
    return {TopicPartition(row["topic"], row["partition"]): row["before"] for row in rows}
