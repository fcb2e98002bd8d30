"""Baselines: the bare producer, and plain FastStream with one transaction a message."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import uvloop
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from bench.place import Place, filling, new_owner, until
from bench.roles import PROCESSES
from intercoop_contracts.envelope import Envelope, source_of
from testkit.things.service import PROJECT
from testkit.things.streams import THINGS, ThingView

UPSERT = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
VALUES ($1, $2, $3, $3, $4, now(), $5)
ON CONFLICT (topic, subject) DO UPDATE SET applied = EXCLUDED.applied, seen = EXCLUDED.seen,
    value = EXCLUDED.value
WHERE replica.applied < EXCLUDED.applied
"""


def messages(owner: str, count: int) -> list[tuple[bytes, bytes, list[tuple[str, bytes]]]]:
    """What the relay would send for this many distinct entities: key, value, headers."""
    source = source_of("bench", owner, "things")
    made = []
    for number in range(count):
        subject = str(uuid4())
        view = ThingView(name=f"{number:06}", filling=filling())
        envelope = Envelope(
            id=str(uuid4()),
            source=source,
            type="thing-made",
            time=datetime.now(UTC),
            subject=subject,
            sequence=1,
            dataschema=THINGS.schema_id,
        )
        made.append((subject.encode(), view.model_dump_json().encode(), envelope.headers()))
    return made


async def bare_send(place: Place, count: int) -> float:
    """Messages a second of aiokafka's `send()`, idempotent, all acknowledged."""
    owner = new_owner("bare")
    topic = await _topic(place, owner)
    batch = messages(owner, count)
    producer = AIOKafkaProducer(
        bootstrap_servers=place.kafka, enable_idempotence=True, acks="all", max_batch_size=900_000
    )
    await producer.start()
    try:
        key, value, headers = batch[0]
        await producer.send_and_wait(topic, value, key=key, headers=headers)
        began = time.perf_counter()
        sent = [
            await producer.send(topic, value, key=key, headers=headers)
            for key, value, headers in batch
        ]
        await asyncio.gather(*sent)
        return count / (time.perf_counter() - began)
    finally:
        await producer.stop()


async def one_per_message(place: Place, count: int) -> float:
    """Messages a second of plain FastStream: an upsert, a transaction and a commit for each."""
    owner = new_owner("single")
    topic = await _topic(place, owner)
    producer = AIOKafkaProducer(bootstrap_servers=place.kafka)
    await producer.start()
    for key, value, headers in messages(owner, count):
        await producer.send(topic, value, key=key, headers=headers)
    await producer.stop()
    database = place.dsn(await place.new_database())
    connection = await asyncpg.connect(database)
    process = PROCESSES.Process(target=_single, args=(place.kafka, database, topic))
    process.start()

    async def reached(enough: int) -> bool:
        return bool(await connection.fetchval("SELECT count(*) FROM known_things") >= enough)

    try:
        began = await until(lambda: reached(1), within_s=60)
        ended = await until(lambda: reached(count), within_s=120)
    finally:
        process.kill()
        process.join()
        await connection.close()
    return count / (ended - began)


async def _topic(place: Place, owner: str) -> str:
    topic = THINGS.topic(owner)
    admin = AIOKafkaAdminClient(bootstrap_servers=place.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"cleanup.policy": "compact"})])
    await admin.close()
    return topic


def _single(kafka: str, database: str, topic: str) -> None:
    uvloop.run(_consume_singly(kafka, database, topic))


async def _consume_singly(kafka: str, database: str, topic: str) -> None:
    pool = await asyncpg.create_pool(database, min_size=1, max_size=2)
    broker = KafkaBroker(kafka, logger=None)

    @broker.subscriber(
        topic, group_id=f"single-{uuid4()}", auto_offset_reset="earliest", ack_policy=AckPolicy.ACK
    )
    async def handle(body: ThingView, message: KafkaMessage) -> None:
        subject = message.headers["ce_subject"]
        version = int(message.headers["ce_sequence"])
        text = message.body.decode()
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(UPSERT, topic, subject, version, "thing-made", text)
            await connection.execute(PROJECT, [topic], [subject], [version], [body.name])

    await broker.start()
    await asyncio.Event().wait()
