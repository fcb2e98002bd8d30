"""Bare limits of Kafka's Python client: what no relay and no consumer on it can pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.measured_servers import Figures, MeasuredServers, new_owner
from bench.payload import THINGS, Message, messages
from bench.roles import alone
from bench.sizes import Sizes

IN_A_TRANSACTION = 12_000
"""As many as a relay round takes."""
Write = Callable[[AIOKafkaProducer, str, Sequence[Message]], Awaitable[list[Awaitable[object]]]]
SETTINGS = {"acks": "all", "enable_idempotence": True, "max_batch_size": 900_000}


async def bare_producers(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Messages a second of `send()` and of batches, plain and in transactions."""
    return await alone(_produce, servers, sizes.events)


async def bare_consumer(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Messages a second of `getmany`, read committed, doing nothing with them."""
    return {"bare_consume_per_s": await alone(_consume, servers, sizes.events)}


async def new_topic(servers: MeasuredServers, owner: str) -> str:
    topic = THINGS.topic(owner)
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"cleanup.policy": "compact"})])
    await admin.close()
    return topic


async def _produce(servers: MeasuredServers, count: int) -> Figures:
    batch = messages("bare", count)
    return {
        "bare_send_per_s": await _rate(servers, batch, _send, transactional=False),
        "bare_send_tx_per_s": await _rate(servers, batch, _send, transactional=True),
        "bare_batch_per_s": await _rate(servers, batch, _build, transactional=False),
        "bare_batch_tx_per_s": await _rate(servers, batch, _build, transactional=True),
    }


async def _rate(
    servers: MeasuredServers, batch: Sequence[Message], write: Write, *, transactional: bool
):
    topic = await new_topic(servers, new_owner("bare"))
    async with _producer(servers, transactional=transactional) as producer:
        await _written(producer, topic, batch[:1], write, transactional=transactional)
        began = time.perf_counter()
        await _written(producer, topic, batch, write, transactional=transactional)
        return len(batch) / (time.perf_counter() - began)


@asynccontextmanager
async def _producer(servers: MeasuredServers, *, transactional: bool):
    own = {"transactional_id": f"bare-{uuid4()}"} if transactional else {}
    producer = AIOKafkaProducer(bootstrap_servers=servers.kafka, **SETTINGS, **own)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def _written(
    producer: AIOKafkaProducer,
    topic: str,
    batch: Sequence[Message],
    write: Write,
    *,
    transactional: bool,
) -> None:
    """Write and wait until the broker has everything."""
    if not transactional:
        await asyncio.gather(*await write(producer, topic, batch))
        return
    for first in range(0, len(batch), IN_A_TRANSACTION):
        async with producer.transaction():
            part = batch[first : first + IN_A_TRANSACTION]
            await asyncio.gather(*await write(producer, topic, part))


async def _send(producer: AIOKafkaProducer, topic: str, batch: Sequence[Message]):
    return [
        await producer.send(topic, value, key=key, headers=headers) for key, value, headers in batch
    ]


async def _build(producer: AIOKafkaProducer, topic: str, batch: Sequence[Message]):
    sent, builder = [], producer.create_batch()
    for key, value, headers in batch:
        while builder.append(key=key, value=value, timestamp=None, headers=headers) is None:
            sent.append(await producer.send_batch(builder, topic, partition=0))
            builder = producer.create_batch()
    sent.append(await producer.send_batch(builder, topic, partition=0))
    return sent


async def filled_topic(servers: MeasuredServers, owner: str, count: int) -> str:
    """A topic with this many messages in transactions, as a relay leaves it."""
    topic = await new_topic(servers, owner)
    async with _producer(servers, transactional=True) as producer:
        await _written(producer, topic, messages(owner, count), _build, transactional=True)
    return topic


async def _consume(servers: MeasuredServers, count: int) -> float:
    topic = await filled_topic(servers, new_owner("bare"), count)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers.kafka,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        read, began = 0, time.perf_counter()
        while read < count:
            polled = await consumer.getmany(timeout_ms=1000)
            read += sum(len(records) for records in polled.values())
        return count / (time.perf_counter() - began)
    finally:
        await consumer.stop()
