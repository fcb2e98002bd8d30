"""Marks: up to where each own topic is known to hold nothing newer than this database."""

from collections.abc import Mapping
from typing import Final, TypeAlias

import asyncpg
from aiokafka import TopicPartition

Marks: TypeAlias = Mapping[TopicPartition, int]
"""For each partition, the offset behind the last record that is known."""

BEYOND: Final = 2**62
"""The mark of a partition that has to be filled again, however far it has got by then."""

READ = "SELECT topic, partition, next_offset FROM relayed WHERE cluster = $1"
WRITE = """
WITH others AS (DELETE FROM relayed WHERE cluster <> $1)
INSERT INTO relayed (cluster, topic, partition, next_offset)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])
ON CONFLICT (cluster, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
RETURNING topic, partition, coalesce(old.next_offset, 0) AS before
"""


async def read_marks(
    cluster: str, connection: "asyncpg.Connection[asyncpg.Record]"
) -> dict[TopicPartition, int]:
    """The marks in this cluster's topics."""
    rows = await connection.fetch(READ, cluster)
    return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def write_marks(
    cluster: str, marks: Marks, connection: "asyncpg.Connection[asyncpg.Record]"
) -> dict[TopicPartition, int]:
    """Keep marks for this cluster, and forget those for others; returns what they were before."""
    rows = await connection.fetch(
        WRITE,
        cluster,
        [partition.topic for partition in marks],
        [partition.partition for partition in marks],
        list(marks.values()),
    )
    return {TopicPartition(row["topic"], row["partition"]): row["before"] for row in rows}
