"""Lenient headers: names that are no UTF-8, which the broker accepts and aiokafka cannot read."""

import struct
from collections.abc import Iterator
from typing import Any, SupportsIndex

from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_START = struct.Struct(">qi")
"""How each batch begins: its first offset, and how many bytes follow."""


class LenientRecords:
    """The batches of a fetched partition, such names with U+FFFD in place of what is no text.

    Kafka's protocol says that a header's key is text; brokers do not check it. aiokafka raises
    `UnicodeDecodeError` in the middle of the batch, at each poll anew: one record of a stranger
    keeps every reader of that partition from all that comes behind it. `compressed_batches` has
    consumers read so.

    Upstream: none known.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records = MemoryRecords(data)

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def size_in_bytes(self) -> int:
        return int(self._records.size_in_bytes())

    def next_batch(self) -> "WrappedBatch":
        return _Batch(self._records.next_batch(), self._data)


class WrappedBatch:
    """A batch of aiokafka's that is iterated in another way, and is the same else."""

    def __init__(self, batch: Any) -> None:  # noqa: ANN401  aiokafka ships no types
        self._batch = batch

    def __getattr__(self, name: str) -> object:
        return getattr(self._batch, name)

    def __next__(self) -> object:
        return next(self._batch)


class _Batch(WrappedBatch):
    """One that aiokafka's slower parser, in Python, reads again where the one in C fails."""

    def __init__(self, batch: Iterator[Any], data: bytes) -> None:
        super().__init__(batch)
        self._data = data

    def __iter__(self) -> Iterator[Any]:
        last = -1
        try:
            for record in self._batch:
                last = record.offset
                yield record
        except UnicodeDecodeError:
            for record in _slowly(self._data, self._batch.base_offset):
                if record.offset > last:
                    yield record


def _slowly(data: bytes, base_offset: int) -> Iterator[Any]:
    position, found, length = 0, *_START.unpack_from(data)
    while found != base_offset:
        position += _START.size + length
        found, length = _START.unpack_from(data, position)
    batch = _DefaultRecordBatchPy(data[position : position + _START.size + length])
    batch._maybe_uncompress()  # noqa: SLF001
    batch._buffer = _Lenient(batch._buffer)  # noqa: SLF001
    return iter(batch)


class _Lenient(bytearray):
    """Bytes whose parts become text whatever they hold."""

    def __getitem__(self, where: SupportsIndex | slice) -> Any:  # noqa: ANN401  as in bytearray
        found = super().__getitem__(where)
        return _Lenient(found) if isinstance(found, bytearray) else found

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:  # noqa: ARG002
        return super().decode(encoding, "replace")
