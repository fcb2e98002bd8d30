"""Lenient headers: a name that is no UTF-8 hides no record behind it."""

import struct

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from intercoop_chassis.kafka.patches.compressed_batches import (
    PlainRecords,
    refuse_compressed_batches,
)
from intercoop_chassis.kafka.patches.lenient_headers import LenientRecords

PLAIN, GZIP = 0, 1


def batch(codec):
    """Three records, the second of which has a header whose name is no UTF-8."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=PLAIN,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000_000,
    )
    for offset, name in enumerate(["fine", "?odd?", "fine"]):
        builder.append(offset, 0, b"key", b"value", [(name, b"1")])
    data = bytearray(builder.build().replace(b"?odd?", b"\xffodd\xfe"))
    return compressed(data) if codec == GZIP else with_checksum(data)


def compressed(data):
    """The same with its records compressed, as a broker may keep them."""
    import gzip

    head, records = data[:61], gzip.compress(bytes(data[61:]))
    struct.pack_into(">h", head, 21, GZIP)
    struct.pack_into(">i", head, 8, len(head) - 12 + len(records))
    return with_checksum(head + records)


def with_checksum(data):
    struct.pack_into(">I", data, 17, calc_crc32c(data[21:]))
    return bytes(data)


def read(records):
    found = []
    while records.has_next():
        found += [
            (each.offset, [name for name, _ in each.headers]) for each in records.next_batch()
        ]
    return found


@pytest.mark.parametrize("codec", [PLAIN, GZIP], ids=["plain", "gzip"])
def test_upstream_reads_nothing_behind_such_a_name(codec):
    with pytest.raises(UnicodeDecodeError):
        read(MemoryRecords(batch(codec)))


@pytest.mark.parametrize("codec", [PLAIN, GZIP], ids=["plain", "gzip"])
def test_it_is_read_with_a_mark_in_place_of_what_is_no_text(codec):
    assert read(LenientRecords(batch(codec))) == [
        (0, ["fine"]),
        (1, ["\ufffdodd\ufffd"]),
        (2, ["fine"]),
    ]


def test_consumers_of_this_process_read_so():
    refuse_compressed_batches()
    assert fetcher.MemoryRecords is PlainRecords
    assert issubclass(PlainRecords, LenientRecords)
