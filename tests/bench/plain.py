"""A baseline: plain FastStream, one transaction and one offset commit for each message."""

import asyncio
from uuid import uuid4

import asyncpg
import uvloop
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from bench.kafka_limits import filled_topic
from bench.measured_servers import Figures, MeasuredServers, new_owner, until
from bench.pair import RATE
from bench.roles import alone, in_process
from bench.sizes import Sizes
from testkit.things.service import PROJECT
from testkit.things.streams import ThingView

UPSERT = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
VALUES ($1, $2, $3, $3, $4, now(), $5)
ON CONFLICT (topic, subject) DO UPDATE SET applied = EXCLUDED.applied, seen = EXCLUDED.seen,
    value = EXCLUDED.value
WHERE replica.applied < EXCLUDED.applied
"""
PROJECTED = "SELECT count(*) FROM known_things"


async def one_per_message(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Messages a second of plain FastStream: an upsert, a transaction and a commit for each."""
    count = sizes.singles
    topic = await alone(filled_topic, servers, new_owner("single"), count)
    database = await servers.new_database()
    connection = await asyncpg.connect(servers.dsn(database))

    async def all_there() -> bool:
        return bool(await connection.fetchval(PROJECTED) >= count)

    with in_process(_single, servers.kafka, servers.dsn(database), topic):
        await until(all_there, within_s=120, every_s=0.1)
    rate = float(await connection.fetchval(RATE, topic))
    await connection.close()
    await servers.forget(database)
    return {"one_per_message_per_s": rate}


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
