"""Everything that is in the broker's topics, as whoever operates it could read it."""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

_AT_ONCE = 500
_PATIENCE_MS = 5_000


async def everything_in_topics(operator: Mapping[str, Any]) -> list[str]:
    """Each message's headers and value, as text as far as it is one, from the beginning to now.

    `operator` is what its clients take to connect.
    """
    consumer = AIOKafkaConsumer(
        **operator,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        return await _read(consumer, await _places(operator))
    finally:
        await consumer.stop()


async def _places(operator: Mapping[str, Any]) -> list[TopicPartition]:
    """Every partition of the network's topics."""
    admin = AIOKafkaAdminClient(**operator)
    await admin.start()
    try:
        topics = await admin.describe_topics(await admin.list_topics())
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in topics
        if topic["topic"].startswith(("shared.", "private."))
        for partition in topic["partitions"]
    ]


async def _read(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> list[str]:
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    texts: list[str] = []
    while [place for place in places if await consumer.position(place) < ends[place]]:
        found = await consumer.getmany(timeout_ms=_PATIENCE_MS, max_records=_AT_ONCE)
        for records in found.values():
            texts += map(_as_text, records)
    return texts


def _as_text(record: ConsumerRecord) -> str:
    """What is sealed is no text, and may still hold one that should not be there."""
    return f"{record.headers} {(record.value or b'').decode(errors='replace')}"
