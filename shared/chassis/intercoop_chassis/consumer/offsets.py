"""How far this service has read: kept in its own database, per cluster, with the effects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from uuid_utils.compat import uuid7

from intercoop_chassis.consumer.limits.usage import NOTHING, UsageByTopic, columns
from intercoop_chassis.kafka.records import KafkaRecord, Offsets
from intercoop_chassis.postgres import Transaction, affected_rows

WRITE = """
WITH counted AS (
    INSERT INTO usage (topic, living, bytes)
    SELECT topic, living, bytes
    FROM unnest($6::text[], $7::bigint[], $8::bigint[]) AS new (topic, living, bytes)
)
INSERT INTO offsets (cluster, topic, partition, next_offset)
SELECT $1, topic, partition, next_offset
FROM unnest($2::text[], $3::int[], $4::bigint[]) AS new (topic, partition, next_offset)
WHERE (SELECT value FROM pipeline_state WHERE name = 'resync') IS NOT DISTINCT FROM $5
ORDER BY topic, partition
ON CONFLICT (cluster, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
RETURNING topic, partition, coalesce(old.next_offset, 0) AS before,
          (SELECT value FROM pipeline_state WHERE name = 'lineage') AS lineage
"""
READ = "SELECT topic, partition, next_offset FROM offsets WHERE cluster = $1"
BEGIN_LINEAGE = """
INSERT INTO pipeline_state (name, value) VALUES ('lineage', $1) ON CONFLICT DO NOTHING
"""
READ_LINEAGE = "SELECT value FROM pipeline_state WHERE name = 'lineage'"
COUNT_AND_READ_LINEAGE = """
WITH counted AS (
    INSERT INTO usage (topic, living, bytes)
    SELECT topic, living, bytes
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS new (topic, living, bytes)
)
SELECT value FROM pipeline_state WHERE name = 'lineage'
"""
READ_RESYNC = "SELECT value FROM pipeline_state WHERE name = 'resync'"
STAND_ALONE = "LOCK TABLE offsets IN EXCLUSIVE MODE"
FORGET_ALL = "DELETE FROM offsets"
FORGET_SOME = "DELETE FROM offsets WHERE topic = ANY ($1::text[])"
MARK_RESYNC = """
INSERT INTO pipeline_state (name, value) VALUES ('resync', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""


@dataclass(frozen=True, slots=True)
class StoredOffsets:
    """The offsets that a database stores for one cluster, since one resync.

    `lineage` names the database; one that was made anew in its place has another, or none.
    `known` is what was stored there when it was last read or written: a database that was restored
    from a backup meanwhile has less, one in which another member has gone on has more.
    """

    cluster: str
    resync: str | None
    lineage: str | None = None
    known: dict[TopicPartition, int] = field(default_factory=dict, compare=False)


class OffsetsChangedError(Exception):
    """Other offsets are stored than this member knows: nothing was written."""


class OffsetsLostError(OffsetsChangedError):
    """Lower ones are stored: the database was restored from a backup, or made anew."""


class OffsetsTakenError(OffsetsChangedError):
    """Higher ones are stored: another member of the group has gone on from there."""


class RevokedError(OffsetsTakenError):
    """The partitions were revoked in the middle of a poll: the rest is another member's."""


def after(records: Iterable[KafkaRecord]) -> dict[TopicPartition, int]:
    """Where to read on once these records are done with."""
    offsets: dict[TopicPartition, int] = {}
    for record in records:
        partition = TopicPartition(record.topic, record.partition)
        offsets[partition] = max(offsets.get(partition, 0), record.offset + 1)
    return offsets


async def write(
    stored: StoredOffsets, offsets: Offsets, tx: Transaction, added: UsageByTopic = NOTHING
) -> None:
    """Store offsets; nothing when a resync has begun that the reader has not heard of.

    What the transaction has `added` to topics is counted in the same round trip. Raises
    `OffsetsLostError` and `OffsetsTakenError`, so that the transaction rolls back.
    """
    rows = await tx.fetch(
        WRITE,
        stored.cluster,
        [partition.topic for partition in offsets],
        [partition.partition for partition in offsets],
        list(offsets.values()),
        stored.resync,
        *columns(added),
    )
    if not rows:
        await expect(stored.lineage, tx)
    for row in rows:
        _compare(row["lineage"], stored.lineage)
        known = stored.known.get(TopicPartition(row["topic"], row["partition"]), 0)
        words = f"{row['topic']} {row['partition']}: {row['before']} is stored, {known} was"
        if row["before"] < known:
            raise OffsetsLostError(words)
        if row["before"] > known:
            raise OffsetsTakenError(words)


def are_behind(found: Offsets, known: Offsets) -> bool:
    """Whether less is stored than was."""
    return any(found.get(partition, 0) < offset for partition, offset in known.items())


async def read(cluster: str, tx: Transaction) -> StoredOffsets:
    """The offsets that are stored for a cluster."""
    rows = await tx.fetch(READ, cluster)
    known = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    return StoredOffsets(cluster, await resync_round(tx), await lineage(tx), known)


async def lineage(tx: Transaction) -> str | None:
    """Name this database; None where no worker has begun in it."""
    name: str | None = await tx.fetchval(READ_LINEAGE)
    return name


async def expect(known: str | None, tx: Transaction, added: UsageByTopic = NOTHING) -> None:
    """Raise `OffsetsLostError` where this is another database than the one of that name.

    What the transaction has `added` to topics is counted in the same round trip.
    """
    if added:
        _compare(await tx.fetchval(COUNT_AND_READ_LINEAGE, *columns(added)), known)
    else:
        _compare(await lineage(tx), known)


def _compare(found: str | None, known: str | None) -> None:
    if found != known:
        raise OffsetsLostError("the database was made anew")


async def begin_lineage(tx: Transaction) -> str | None:
    """Give this database a name, where it has none yet; returns its name."""
    await tx.execute(BEGIN_LINEAGE, str(uuid7()))
    return await lineage(tx)


async def resync_round(tx: Transaction) -> str | None:
    """Name the last resync; None when there was none."""
    name: str | None = await tx.fetchval(READ_RESYNC)
    return name


async def resync(tx: Transaction) -> int:
    """Forget how far the topics were read: running workers begin again from the first record.

    What is known does not change; what was missed, if anything, arrives. Returns how many
    partitions will be read again.
    """
    await tx.execute(STAND_ALONE)
    tag = await tx.execute(FORGET_ALL)
    await tx.execute(MARK_RESYNC, str(uuid7()))
    return affected_rows(tag)


async def stand_alone(tx: Transaction) -> None:
    """Let nobody else store or forget offsets until this transaction ends."""
    await tx.execute(STAND_ALONE)


async def read_again(topics: Sequence[str], tx: Transaction) -> None:
    """Forget how far these topics were read: running workers read them from their beginning.

    With all others they go on from where they are.
    """
    await tx.execute(STAND_ALONE)
    await tx.execute(FORGET_SOME, list(topics))
    await tx.execute(MARK_RESYNC, str(uuid7()))
