"""Compressed batches: a few bytes that become as many as they like are not unpacked."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from aiokafka.consumer import fetcher

from intercoop_chassis.kafka.patches.lenient_headers import LenientRecords, WrappedBatch
from intercoop_chassis.kafka.records import COMPRESSED

_LEGACY: Final = True
"""Batches of before Kafka 0.11 do not say it; no broker that we support takes one."""


def refuse_compressed_batches() -> None:
    """Make this process's consumers pass over them: each is one record, headers `COMPRESSED`.

    Ten kilobytes that a broker takes may hold a value of 200 MB, and aiokafka unpacks a batch whole
    before anybody can look at a size: memory and the event loop are gone before the offsets are
    stored, and again after each start. No relay of this network compresses. The other patch of the
    same class, lenient headers, comes with it.

    Upstream: none known; Kafka's own client bounds a fetch, and not what it becomes, either.
    """
    fetcher.MemoryRecords = PlainRecords


class PlainRecords(LenientRecords):
    """The batches of a fetched partition, compressed ones unread."""

    def next_batch(self) -> WrappedBatch:
        batch = super().next_batch()
        return _Compressed(batch) if getattr(batch, "compression_type", _LEGACY) else batch


class _Unread(NamedTuple):
    """A record as aiokafka's fetcher reads one, in place of a batch."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = COMPRESSED
    checksum: None = None


class _Compressed(WrappedBatch):
    """A batch of which nothing is read but where it ends."""

    def __iter__(self) -> Iterator[_Unread]:
        batch = self._batch
        yield _Unread(batch.next_offset - 1, batch.max_timestamp, batch.timestamp_type)
