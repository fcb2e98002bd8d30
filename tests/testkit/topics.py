"""Topics looked at and written to from outside the product, as a stranger with a client would."""

import asyncio
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.record.util import calc_crc32c

from intercoop_contracts.envelope import Envelope
from testkit.nodes import until

Headers = Sequence[tuple[str, bytes | None]]


def envelope(
    subject: str, version: int, *, source: str, event_type: str = "thing-made"
) -> Envelope:
    """An envelope as the relay of `source` would write it now."""
    return Envelope(
        id=str(uuid4()),
        source=source,
        type=event_type,
        time=datetime.now(UTC),
        subject=subject,
        sequence=version,
        dataschema="urn:intercoop:schema:things:v1",
    )


async def write(
    bootstrap: str, topic: str, records: Iterable[tuple[str | None, bytes | None, Headers]]
) -> None:
    """Write records (key, value, headers) to a topic, in this order."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, max_request_size=2_000_000, enable_idempotence=True
    )
    await producer.start()
    try:
        written = [
            await producer.send(
                topic, value, key=key.encode() if key else None, headers=list(headers)
            )
            for key, value, headers in records
        ]
        await asyncio.gather(*written)
    finally:
        await producer.stop()


async def write_at_once(
    bootstrap: str, records: Iterable[tuple[str, bytes | None, bytes | None, Headers]]
) -> list[tuple[str, int]]:
    """Write records (topic, key, value, headers) that all become readable in one moment.

    Returns the (topic, offset) of each; topics have one partition.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, max_request_size=9_000_000, transactional_id=str(uuid4())
    )
    await producer.start()
    try:
        async with producer.transaction():
            under_way = [
                await producer.send(topic, value, key=key, headers=list(headers), partition=0)
                for topic, key, value, headers in records
            ]
        written = [await one for one in under_way]
        return [(one.topic, one.offset) for one in written]
    finally:
        await producer.stop()


async def write_odd_name(bootstrap: str, topic: str, record: tuple[str, bytes, Headers]) -> None:
    """Write a record (key, value, headers) with one more header, whose name is no UTF-8."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        batch = producer.create_batch()
        key, value, headers = record
        named = [*headers, ("?odd?", b"1")]
        batch.append(key=key.encode(), value=value, timestamp=None, headers=named)
        batch._builder = _Odd(batch._builder)
        await (await producer.send_batch(batch, topic, partition=0))
    finally:
        await producer.stop()


class _Odd:
    """A builder of a batch that spoils a header's name in what it has built."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._builder, name)

    def build(self) -> bytearray:
        data = bytearray(self._builder.build().replace(b"?odd?", b"\xffodd\xfe"))
        struct.pack_into(">I", data, 17, calc_crc32c(data[21:]))
        return data


async def make_topic(bootstrap: str, topic: str, **configs: str) -> None:
    """A topic of one partition as a stranger would make it; returns when the broker names it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        [[_, code, *_]] = (
            await admin.create_topics([NewTopic(topic, 1, 1, topic_configs=configs)])
        ).topic_errors
        assert code == 0, topic

        async def is_named() -> bool:
            return topic in await admin.list_topics()

        await until(is_named, what=topic)
    finally:
        await admin.close()


async def read_all(bootstrap: str, *topics: str) -> list[ConsumerRecord]:
    """Everything that a committed reader finds in these topics now.

    A broker that was held up knows of nothing until its own controller takes it back: waits for it.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        await until(consumer._client.force_metadata_update, what="a broker that knows its topics")
        partitions = [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in consumer.partitions_for_topic(topic) or await _found(consumer, topic)
        ]
        if not partitions:
            return []
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        records: list[ConsumerRecord] = []
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records.extend(batch)
        return records
    finally:
        await consumer.stop()


async def group_offsets(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """How far a group says that it has read, by partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        told = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    return {one.partition: kept.offset for one, kept in told.items() if one.topic == topic}


async def topics_of(bootstrap: str, owner: str) -> list[str]:
    """The names of an owner's topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return sorted(name for name in await admin.list_topics() if f".{owner}." in name)
    finally:
        await admin.close()


async def delete_topics(bootstrap: str, named: str) -> None:
    """Delete all topics with this in their names: every client with a pattern lists what is there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([name for name in await admin.list_topics() if named in name])
    finally:
        await admin.close()


async def _found(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer._client.add_topic(topic)
    return consumer.partitions_for_topic(topic) or set()
