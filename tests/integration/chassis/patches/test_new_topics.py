"""A consumer that is shown new topics, and a connection that waits for an announcement."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.kafka.patches.new_topics import Waiting, show_topics
from testkit.nodes import until
from testkit.topics import make_topic, write

LONG_MS = 600_000
SOON_S = 1.0


@pytest.fixture
async def patient(bootstrap, partition):
    """A consumer of every topic whose name begins so, that looks once in ten minutes for new ones.

    The broker holds its fetches as long.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=partition.topic,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        metadata_max_age_ms=LONG_MS,
        fetch_max_wait_ms=LONG_MS,
        request_timeout_ms=2 * LONG_MS,
    )
    consumer.subscribe(pattern=f"^{partition.topic}")
    await consumer.start()
    yield consumer
    await consumer.stop()


@pytest.fixture
async def waiting(bootstrap, partition):
    async with Waiting.open({"bootstrap_servers": bootstrap}, partition) as waiting:
        yield waiting


async def read(consumer):
    found = await consumer.getmany(timeout_ms=100)
    return [record.value for records in found.values() for record in records]


async def test_upstream_looks_behind_a_fetch_that_is_held_and_ours_beside_it(
    bootstrap, partition, patient, waiting
):
    await write(bootstrap, partition.topic, [("a", b"known", ())])
    await until(lambda: read(patient), what="the topic that it knows")
    later = f"{partition.topic}-later"
    await make_topic(bootstrap, later)
    await write(bootstrap, later, [("a", b"new", ())])

    async def fetches():
        return patient._fetcher._in_flight

    await until(fetches, what="a fetch that is held")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(patient._client.force_metadata_update(), SOON_S)

    async def all_there():
        topics = await waiting.topics()
        return topics if later in topics.names else None

    await show_topics(patient, await until(all_there, what="the new topic"))
    assert later in patient.subscription()

    async def has_come():
        return b"new" in await read(patient)

    await until(has_come, what="the record of the new topic")
    await write(bootstrap, partition.topic, [("b", b"goes on", ())])
    assert await until(lambda: read(patient), what="the topic of before") == [b"goes on"]


async def test_a_wait_ends_when_something_is_written_or_the_time_is_over(
    bootstrap, partition, waiting
):
    assert await waiting.end_behind(0, 100) == 0
    ending = asyncio.create_task(waiting.end_behind(0, LONG_MS))
    await write(bootstrap, partition.topic, [("a", b"", ())])
    assert await asyncio.wait_for(ending, 30) == 1
    assert await waiting.end_behind(1, 100) == 1


async def test_a_topic_that_is_not_there_is_an_error_and_is_not_made(bootstrap, waiting):
    nowhere = TopicPartition("patched-nowhere", 0)
    async with Waiting.open({"bootstrap_servers": bootstrap}, nowhere) as other:
        with pytest.raises(KafkaError):
            await other.end_behind(0, 100)
    assert nowhere.topic not in (await waiting.topics()).names
