"""Compressed batches are passed over, whatever they would become; what comes behind is read."""

import tracemalloc

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from intercoop_chassis import telemetry
from intercoop_chassis.kafka.patches.compressed_batches import (
    PlainRecords,
    refuse_compressed_batches,
)
from intercoop_chassis.kafka.records import COMPRESSED
from testkit.things.streams import THINGS, ThingView

PLAIN, GZIP = 0, 1
BOMB = 40_000_000


def batch(codec, value):
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=100_000_000,
    )
    for offset in range(3):
        builder.append(offset, 7, b"key", value, [("name", b"1")])
    return bytes(builder.build())


def read(records):
    found = []
    while records.has_next():
        found += list(records.next_batch())
    return found


def peak_of(read_all):
    tracemalloc.start()
    try:
        read_all()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_upstream_unpacks_whatever_it_is_given():
    bomb = batch(GZIP, bytes(BOMB // 3))
    assert len(bomb) < BOMB / 500
    assert peak_of(lambda: read(MemoryRecords(bomb))) > BOMB / 3


def test_a_compressed_batch_is_one_record_that_says_so_and_takes_no_room():
    bomb = batch(GZIP, bytes(BOMB // 3))
    found = []
    assert peak_of(lambda: found.extend(read(PlainRecords(bomb)))) < 1_000_000
    assert [(each.offset, each.key, each.value, each.headers) for each in found] == [
        (2, None, None, COMPRESSED)
    ]


def test_what_is_not_compressed_is_read_as_ever():
    found = read(PlainRecords(batch(PLAIN, b"value")))
    assert [(each.offset, each.value) for each in found] == [
        (number, b"value") for number in range(3)
    ]


def test_consumers_of_this_process_read_so():
    refuse_compressed_batches()
    assert fetcher.MemoryRecords is PlainRecords


@pytest.mark.timeout(120)
async def test_a_worker_refuses_it_counts_it_and_reads_on(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    known = await maker.publish(THINGS, ThingView(name="before"))
    follower.start_worker()
    await follower.knows(known)
    refused = telemetry.REFUSED.labels("things", "compressed")
    before = refused._value.get()
    stranger = AIOKafkaProducer(
        bootstrap_servers=maker.settings.kafka, compression_type="gzip", max_request_size=50_000_000
    )
    await stranger.start()
    await stranger.send_and_wait(THINGS.topic(maker.owner), bytes(BOMB), key=b"bomb")
    await stranger.stop()
    behind = await maker.publish(THINGS, ThingView(name="behind"))
    await follower.knows(behind)
    assert refused._value.get() == before + 1
