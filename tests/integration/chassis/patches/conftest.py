"""Clients of the libraries as they are, on the run's broker."""

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from testkit.platform import Platform
from testkit.topics import make_topic


@pytest.fixture
def bootstrap(platform: Platform) -> str:
    return platform.kafka.bootstrap


@pytest.fixture
async def partition(bootstrap: str) -> TopicPartition:
    """The only partition of a new topic."""
    topic = f"patched-{uuid4().hex[:8]}"
    await make_topic(bootstrap, topic)
    return TopicPartition(topic, 0)


@pytest.fixture
async def consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer in no group, that reads nothing yet."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    yield consumer
    with suppress(KafkaError):  # one that has failed fails again
        await consumer.stop()


@pytest.fixture
async def producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    """A transactional producer."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=uuid4().hex, retry_backoff_ms=20
    )
    await producer.start()
    yield producer
    await producer.stop()
