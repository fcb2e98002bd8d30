"""The bare platform: clients of Apache Kafka and PostgreSQL without the product between."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


class BrokerClients:
    """Makes clients and topics of one broker; everything is closed at the end of the test."""

    def __init__(self, kafka):
        self.kafka = kafka
        self.ends = AsyncExitStack()

    async def topic(self, name=None, **configs):
        """A topic of one partition, under a name of its own; returns the name."""
        name = name or f"bench-{uuid4().hex[:8]}"
        admin = await self.admin()
        answer = await admin.create_topics([NewTopic(name, 1, 1, topic_configs=configs)])
        assert [code for _, code, *_ in answer.topic_errors] == [0], answer
        return name

    async def admin(self):
        return await self._open(
            AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap), "close"
        )

    async def producer(self, transactional_id=None):
        return await self._open(
            AIOKafkaProducer(
                bootstrap_servers=self.kafka.bootstrap,
                enable_idempotence=True,
                transactional_id=transactional_id,
            ),
            "stop",
        )

    async def reader(self, *topics, pattern=None):
        """A consumer that begins with the first record and sees only what is committed."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.kafka.bootstrap,
            group_id=f"bench-{uuid4().hex[:8]}" if pattern else None,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            metadata_max_age_ms=500,
        )
        reader.subscribe(topics, pattern=pattern)
        return await self._open(reader, "stop")

    async def cluster_id(self):
        return (await (await self.admin()).describe_cluster())["cluster_id"]

    async def _open(self, client, end):
        await client.start()

        async def close():
            with suppress(Exception):  # a test may have killed its broker, or fenced it
                await asyncio.wait_for(getattr(client, end)(), 5)

        self.ends.push_async_callback(close)
        return client


@pytest.fixture
async def clients(platform):
    """Clients of the run's broker."""
    clients = BrokerClients(platform.kafka)
    yield clients
    await clients.ends.aclose()


@pytest.fixture
async def own_clients(platform):
    """Clients of a broker of the test's own, that it may kill and wipe."""
    kafka = platform.new_kafka()
    clients = BrokerClients(kafka)
    began = time.monotonic()
    kafka.start()
    clients.first_start_s = time.monotonic() - began
    yield clients
    await clients.ends.aclose()
    kafka.kill()
