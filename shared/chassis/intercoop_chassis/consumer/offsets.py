"""How far this service has read: kept in its own database, per cluster, with the effects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition
from uuid_utils.compat import uuid7

from intercoop_chassis.consumer.records import Record
from intercoop_chassis.postgres import Transaction

Positions = Mapping[TopicPartition, int]

WRITE = """
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
READ_RESYNC = "SELECT value FROM pipeline_state WHERE name = 'resync'"
STAND_ALONE = "LOCK TABLE offsets IN EXCLUSIVE MODE"
FORGET_ALL = "DELETE FROM offsets"
MARK_RESYNC = """
INSERT INTO pipeline_state (name, value) VALUES ('resync', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Which offsets are meant: those of one cluster, in one resync round, in one database.

    `lineage` names the database; one that was made anew in its place has another, or none.
    `known` is what was stored there when it was last read or written: a database that was restored
    from a backup meanwhile has less, one in which another member has gone on has more.
    """

    cluster: str
    resync: str | None
    lineage: str | None = None
    known: dict[TopicPartition, int] = field(default_factory=dict, compare=False)


class PlaceError(Exception):
    """What is stored is not what was: nothing was written."""


class PlaceLostError(PlaceError):
    """Less is stored than was: the database was restored from a backup."""


class PlaceTakenError(PlaceError):
    """More is stored than was: another member of the group has gone on from there."""


class NotWantedError(PlaceTakenError):
    """The partitions were given away in the middle of a poll: the rest is another member's."""


def after(records: Iterable[Record]) -> dict[TopicPartition, int]:
    """Where to read on once these records are done with."""
    positions: dict[TopicPartition, int] = {}
    for record in records:
        partition = TopicPartition(record.topic, record.partition)
        positions[partition] = max(positions.get(partition, 0), record.offset + 1)
    return positions


async def write(ledger: Ledger, positions: Positions, tx: Transaction) -> None:
    """Store positions; nothing when a resync has begun that the reader has not heard of.

    Raises `PlaceLostError` and `PlaceTakenError`, so that the transaction rolls back.
    """
    rows = await tx.fetch(
        WRITE,
        ledger.cluster,
        [partition.topic for partition in positions],
        [partition.partition for partition in positions],
        list(positions.values()),
        ledger.resync,
    )
    if not rows:
        await expect(ledger.lineage, tx)
    for row in rows:
        _compare(row["lineage"], ledger.lineage)
        known = ledger.known.get(TopicPartition(row["topic"], row["partition"]), 0)
        words = f"{row['topic']} {row['partition']}: {row['before']} is stored, {known} was"
        if row["before"] < known:
            raise PlaceLostError(words)
        if row["before"] > known:
            raise PlaceTakenError(words)


def are_behind(stored: Positions, known: Positions) -> bool:
    """Whether less is stored than was."""
    return any(stored.get(partition, 0) < place for partition, place in known.items())


async def read(cluster: str, tx: Transaction) -> tuple[Ledger, dict[TopicPartition, int]]:
    """The stored positions of a cluster."""
    rows = await tx.fetch(READ, cluster)
    positions = {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    ledger = Ledger(cluster, await resync_round(tx), await lineage(tx), dict(positions))
    return ledger, positions


async def lineage(tx: Transaction) -> str | None:
    """Name this database; None where no worker has begun in it."""
    name: str | None = await tx.fetchval(READ_LINEAGE)
    return name


async def expect(known: str | None, tx: Transaction) -> None:
    """Raise `PlaceLostError` where this is another database than the one of that name."""
    _compare(await lineage(tx), known)


def _compare(found: str | None, known: str | None) -> None:
    if found != known:
        raise PlaceLostError("the database was made anew")


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
    return int(tag.rpartition(" ")[2])
