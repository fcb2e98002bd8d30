"""Topics looked at and written to from outside the product, as a stranger with a client would."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from intercoop_contracts.envelope import Envelope

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
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=2_000_000)
    await producer.start()
    try:
        for key, value, headers in records:
            await producer.send_and_wait(
                topic, value, key=key.encode() if key else None, headers=list(headers)
            )
    finally:
        await producer.stop()


async def read_all(bootstrap: str, *topics: str) -> list[ConsumerRecord]:
    """Everything that a committed reader finds in these topics now."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        await consumer._client.force_metadata_update()
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


async def topics_of(bootstrap: str, owner: str) -> list[str]:
    """The names of an owner's topics."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return sorted(name for name in await admin.list_topics() if f".{owner}." in name)
    finally:
        await admin.close()


async def _found(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer._client.add_topic(topic)
    return consumer.partitions_for_topic(topic) or set()
