"""A peer: faststream-outbox with its batch options, and FastStream's batches behind it.

As in its README, rows are published by `broker.publish` in the writer's transaction, and a
decorated subscriber relays them to Kafka. As its performance page recommends, it fetches and
deletes in batches, and `outbox_autovacuum_ddl` is applied. Bytes pass without being decoded, with
the same key and headers as ours, by an idempotent producer that waits for all replicas.

One worker keeps the order of an entity's changes, as ours does. Fifty were the fastest on two
cores, and overtake each other.

The package ends at the broker. The far side is FastStream's own batch subscriber with one
transaction and one offset commit a batch: as fast as FastStream goes without a chassis.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream.kafka.annotations import KafkaMessage
from faststream_outbox import OutboxBroker, make_outbox_table, outbox_autovacuum_ddl
from faststream_outbox.annotations import OutboxMessage
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.cpu import Meter
from bench.kafka_limits import new_topic
from bench.measured_servers import Figures, MeasuredServers, new_owner, until
from bench.pair import MOMENT
from bench.payload import messages
from bench.plain import UPSERT
from bench.roles import alone, in_process, role_in_process
from bench.sizes import Sizes
from testkit.things.service import PROJECT
from testkit.things.streams import ThingView

QUEUE = "things"
FASTEST: Mapping[str, float] = {
    "max_workers": 50,
    "fetch_batch_size": 1000,
    "min_fetch_interval": 0.05,
    "max_fetch_interval": 1.0,
    "terminal_flush_batch_size": 100,
}
IN_ORDER: Mapping[str, float] = {**FASTEST, "max_workers": 1}
AS_IN_THE_README: Mapping[str, float] = {}
OUTBOX = make_outbox_table(MetaData(), table_name="peer_outbox")
PROJECTED = "SELECT count(*) FROM known_things"
PROJECTED_AT = """
SELECT extract(epoch FROM max(pg_xact_commit_timestamp(xmin)))::float8 FROM known_things
"""


@dataclass(frozen=True, slots=True)
class Road:
    """A writer's and a reader's database, and the topic between them."""

    servers: MeasuredServers
    writer: str
    reader: str
    topic: str

    @classmethod
    async def new(cls, servers: MeasuredServers) -> "Road":
        topic = await new_topic(servers, new_owner("peer"))
        road = cls(servers, await servers.new_database(), await servers.new_database(), topic)
        engine = _engine(servers.dsn(road.writer), 1)
        async with engine.begin() as connection:
            await connection.run_sync(OUTBOX.metadata.create_all)
            await connection.execute(text(outbox_autovacuum_ddl("peer_outbox")))
        await engine.dispose()
        return road

    async def publish(self, count: int) -> float:
        """Commit this many rows at once; returns the moment."""
        return await alone(_publish, self.servers.dsn(self.writer), count)

    async def read_back(self, count: int) -> float:
        """Wait until the topic holds this many; returns the moment of the last one's arrival."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.servers.kafka)
        await consumer.start()
        partition = TopicPartition(self.topic, 0)

        async def all_there() -> bool:
            return (await consumer.end_offsets([partition]))[partition] >= count

        try:
            return await until(all_there, within_s=120, every_s=0.02)
        finally:
            await consumer.stop()

    async def projected(self, count: int) -> float:
        connection = await asyncpg.connect(self.servers.dsn(self.reader))

        async def all_there() -> bool:
            return bool(await connection.fetchval(PROJECTED) >= count)

        try:
            await until(all_there, within_s=120, every_s=0.1)
            return float(await connection.fetchval(PROJECTED_AT))
        finally:
            await connection.close()

    async def forget(self) -> None:
        await self.servers.forget(self.writer, self.reader)


async def outbox_relays(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Messages a second of their relay alone: as in the README, in order, and the fastest."""
    few = max(1, sizes.peer // 20)
    return {
        "faststream_outbox_readme_per_s": await relayed(servers, AS_IN_THE_README, few),
        "faststream_outbox_relay_per_s": await relayed(servers, IN_ORDER, sizes.peer // 2),
        "faststream_outbox_fastest_relay_per_s": await relayed(servers, FASTEST, sizes.peer),
    }


async def relayed(servers: MeasuredServers, options: Mapping[str, float], count: int) -> float:
    road = await Road.new(servers)
    arguments = (servers.kafka, servers.dsn(road.writer), road.topic, dict(options))
    with in_process(role_in_process, _relay, *arguments):
        await road.publish(1)
        await road.read_back(1)
        began = await road.publish(count)
        took = await road.read_back(count + 1) - began
    await road.forget()
    return count / took


async def outbox_road(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Events a second from their outbox to the same replica and projection as ours.

    In order, as ours, and with as many workers as help.
    """
    ordered, ordered_cpu = await _road(servers, IN_ORDER, sizes.peer // 2)
    fastest, _ = await _road(servers, FASTEST, sizes.peer)
    return {
        "faststream_outbox_road_per_s": ordered,
        "faststream_outbox_fastest_road_per_s": fastest,
        **ordered_cpu,
    }


async def _road(
    servers: MeasuredServers, options: Mapping[str, float], count: int
) -> tuple[float, Figures]:
    road = await Road.new(servers)
    arguments = (servers.kafka, servers.dsn(road.writer), road.topic, dict(options))
    reading = (servers.kafka, servers.dsn(road.reader), road.topic)
    with (
        in_process(role_in_process, _relay, *arguments) as relay,
        in_process(role_in_process, _consume, *reading) as worker,
    ):
        await road.publish(1)
        await road.projected(1)
        meter = Meter({"relay": relay.pid, "worker": worker.pid, **servers.pids})
        began = await road.publish(count)
        took = await road.projected(count + 1) - began
        cpu = meter.per_event("peer", count)
    await road.forget()
    return count / took, cpu


def _engine(dsn: str, size: int) -> AsyncEngine:
    address = dsn.replace("postgresql://", "postgresql+asyncpg://")
    return create_async_engine(address, pool_size=size)


async def _publish(dsn: str, count: int) -> float:
    engine = _engine(dsn, 2)
    broker = OutboxBroker(engine, outbox_table=OUTBOX, logger=None)
    await broker.connect()
    made = messages("peer", count)
    async with engine.begin() as connection:
        for key, value, headers in made:
            named = {name: one.decode() for name, one in headers} | {"key": key.decode()}
            await broker.publish(value, queue=QUEUE, session=connection, headers=named)
        moment = await connection.scalar(text(MOMENT))
    await broker.stop()
    await engine.dispose()
    return float(moment)


async def _relay(kafka: str, dsn: str, topic: str, options: dict[str, float]) -> None:
    engine = _engine(dsn, options.get("max_workers", 1) + 2)
    outbox = OutboxBroker(engine, outbox_table=OUTBOX, logger=None)
    broker = KafkaBroker(kafka, acks="all", enable_idempotence=True, logger=None)
    publisher = broker.publisher(topic)

    @publisher
    @outbox.subscriber(QUEUE, **options)
    async def relay(message: OutboxMessage) -> KafkaResponse:
        headers = dict(message.headers)
        key = headers.pop("key").encode()
        return KafkaResponse(message.body, key=key, headers=headers)

    await broker.start()
    await outbox.start()
    await asyncio.Event().wait()


async def _consume(kafka: str, database: str, topic: str) -> None:
    pool = await asyncpg.create_pool(database, min_size=1, max_size=2)
    broker = KafkaBroker(kafka, logger=None)

    @broker.subscriber(
        topic,
        batch=True,
        group_id=f"peer-{uuid4()}",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.ACK,
    )
    async def handle(bodies: list[ThingView], message: KafkaMessage) -> None:
        subjects = [headers["ce_subject"] for headers in message.batch_headers]
        versions = [int(headers["ce_sequence"]) for headers in message.batch_headers]
        values = [record.value.decode() for record in message.raw_message]
        names = [body.name for body in bodies]
        rows = [
            (topic, subject, version, "thing-made", value)
            for subject, version, value in zip(subjects, versions, values, strict=True)
        ]
        async with pool.acquire() as connection, connection.transaction():
            await connection.executemany(UPSERT, rows)
            await connection.execute(PROJECT, [topic] * len(rows), subjects, versions, names)

    await broker.start()
    await asyncio.Event().wait()
