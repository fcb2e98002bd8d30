"""Detects a restored database: own topics hold newer versions than its `published`."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import close_within
from intercoop_chassis.kafka.records import KafkaRecord, Offsets
from intercoop_chassis.postgres import Connection
from intercoop_chassis.relay.keepalive import kept_alive
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP, Envelope

NEWER = """
SELECT found.number, coalesce(published.version, 0) AS published
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
     WITH ORDINALITY AS found (topic, subject, version, event_id, number)
LEFT JOIN published
     ON (published.topic, published.subject) = (found.topic, found.subject)
WHERE found.version <= coalesce(published.version, 0) + $5
  AND (published.version IS NULL OR found.version > published.version
       OR (found.version = published.version AND found.event_id <> published.event_id::text))
ORDER BY found.number
"""

_FENCE_MARKER: Final = 1
"""The marker of the fence's transaction takes an offset in each of its partitions."""

_STOP_S: Final = 2.0
_POLL_MS: Final = 1000
_MOST_RECORDS: Final = 2000
_STUCK_S: Final = 15.0
_POSITION_S: Final = 4.0
"""Time-out of one position request: shorter than the lease on the silent connection."""


@dataclass(frozen=True, slots=True)
class Newer:
    """A state in an own topic that this database does not know.

    `published` is the version it knows, 0 for none; `event` is None where the value is sealed with
    a key that this service does not have.
    """

    topic: str
    envelope: Envelope
    published: int
    event: StateEvent | None


@dataclass(frozen=True, slots=True)
class Findings:
    """The newest of each entity, and the end offset of each partition."""

    newer: dict[tuple[str, str], Newer] = field(default_factory=dict)
    end_offsets: dict[TopicPartition, int] = field(default_factory=dict)


class AheadError(Exception):
    """Own topics are ahead of this database: it was restored from a backup, or replaced."""

    def __init__(self, newer: Iterable[Newer]) -> None:
        entities = list(newer)
        first = entities[0]
        known = f"version {first.published}" if first.published else "nothing"
        super().__init__(
            f"the topics know newer states of {len(entities)} entities than this database, which "
            f"must have been restored from a backup ({first.topic} {first.envelope.subject}: "
            f"version {first.envelope.sequence} there, {known} here); nothing is published until "
            "`reconcile` was run: see docs/reconcile.md"
        )


@dataclass(frozen=True, slots=True)
class OwnTopics:
    """A service's own partitions, the watermark of each, and which were fenced since."""

    partitions: Collection[TopicPartition]
    watermarks: Offsets
    fenced: Collection[TopicPartition] = ()

    def start(self, partition: TopicPartition, end: int) -> int:
        """The first offset to read; 0 where the log ends below its watermark: it was made anew."""
        watermark = self.watermarks.get(partition, 0)
        return watermark if watermark <= end else 0

    def unread(self, end_offsets: Offsets) -> dict[TopicPartition, int]:
        """First offsets of the partitions that hold records above watermark and fence marker."""
        starts = {partition: self.start(partition, end) for partition, end in end_offsets.items()}
        return {
            partition: start
            for partition, start in starts.items()
            if start < end_offsets[partition] - (_FENCE_MARKER if partition in self.fenced else 0)
        }


async def end_offsets_of(
    settings: Settings, partitions: Collection[TopicPartition]
) -> dict[TopicPartition, int]:
    """The end offset of each partition."""
    async with _consumer(settings) as consumer:
        return dict(await consumer.end_offsets(list(partitions)))


async def look_ahead(
    settings: Settings,
    reader: Reader,
    own: OwnTopics,
    connection: Connection,
) -> Findings:
    """Compare what own topics hold above the watermarks with what this database has published.

    Records that followers do not apply either (forged, unreadable, implausible, changed or moved
    since they were sealed, never sealed) are left out: they silence nobody. Call this
    behind the fence only: no earlier producer of this service can write any more.
    """
    findings = Findings()
    async with AsyncExitStack() as stack:
        async with kept_alive(connection):
            consumer = await stack.enter_async_context(_consumer(settings))
            findings.end_offsets.update(await consumer.end_offsets(list(own.partitions)))
        async for records in _read(
            consumer, own.unread(findings.end_offsets), findings.end_offsets
        ):
            await _compare(records, reader, connection, findings)
    return findings


@asynccontextmanager
async def _consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        **connection_arguments(settings),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=10_000,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await close_within(_STOP_S, consumer.stop())


async def _read(
    consumer: AIOKafkaConsumer, starts: Offsets, ends: Offsets
) -> AsyncIterator[list[KafkaRecord]]:
    """Records from the starts to the ends, in batches that may be empty.

    Raises `TimeoutError` where an end is never reached: the topic was truncated or deleted
    meanwhile, or the cluster is another one.
    """
    if not starts:
        return
    consumer.assign(list(starts))
    for partition, start in starts.items():
        consumer.seek(partition, start)
    positions, moved_at = dict(starts), time.monotonic()
    while any(position < ends[partition] for partition, position in positions.items()):
        found = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_MOST_RECORDS)
        yield [record for records in found.values() for record in records]
        if await _has_moved(consumer, positions, ends):
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > _STUCK_S:
            raise TimeoutError("own topics cannot be read to their end")


async def _has_moved(
    consumer: AIOKafkaConsumer, positions: dict[TopicPartition, int], ends: Offsets
) -> bool:
    """Update positions, and pause partitions at their end; whether any position moved."""
    before = dict(positions)
    for partition, position in before.items():
        if position < ends[partition]:
            found = await asyncio.wait_for(consumer.position(partition), _POSITION_S)
            positions[partition] = max(position, found)
            if found >= ends[partition]:
                consumer.pause(partition)
    return positions != before


async def _compare(
    records: list[KafkaRecord],
    reader: Reader,
    connection: Connection,
    findings: Findings,
) -> None:
    admission = reader.admit(records)
    admitted = [each for each in admission.admitted if _is_uuid(each.envelope.id)]
    rows = await connection.fetch(
        NEWER,
        [record.topic for _, record in admitted],
        [envelope.subject for envelope, _ in admitted],
        [envelope.sequence for envelope, _ in admitted],
        [envelope.id for envelope, _ in admitted],
        IMPLAUSIBLE_JUMP,
    )
    for row in rows:
        envelope, record = admitted[row["number"] - 1]
        match reader.decode(record, envelope):
            case Poison(lacks_key=False):
                continue
            case outcome:
                event = outcome if isinstance(outcome, StateEvent) else None
        key = (record.topic, envelope.subject)
        known = findings.newer.get(key)
        if known is None or known.envelope.sequence <= envelope.sequence:
            findings.newer[key] = Newer(record.topic, envelope, row["published"], event)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
