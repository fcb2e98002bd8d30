"""What the fence rests on: transactions, whole or not at all, and one writer of a name at a time."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from testkit.nodes import until

HEADERS = [("ce_id", b"1"), ("ce_type", b"thing-made")]


async def send_batch(producer, topic, records):
    builder = producer.create_batch()
    for key, value in records:
        assert builder.append(key=key, value=value, timestamp=None, headers=HEADERS)
    await (await producer.send_batch(builder, topic, partition=0))


async def visible(reader, topic):
    """Keys and values that a committed reader is given until it has come to the end."""
    partition = TopicPartition(topic, 0)
    await reader.seek_to_beginning(partition)
    end = (await reader.end_offsets([partition]))[partition]
    records = []
    while await reader.position(partition) < end:
        for batch in (await reader.getmany(timeout_ms=200)).values():
            records.extend(batch)
    return records


async def committed(reader, topic):
    """What is visible as soon as anything is: a commit is answered before it is marked."""
    return await until(lambda: visible(reader, topic), what="what was committed")


async def test_a_batch_with_keys_and_headers_is_visible_after_its_commit_and_not_before(clients):
    topic = await clients.topic()
    producer = await clients.producer(f"{topic}.relay")
    reader = await clients.reader(topic)

    await producer.begin_transaction()
    await send_batch(producer, topic, [(b"a", b"1"), (b"b", b"2"), (b"c", None)])
    assert await visible(reader, topic) == []

    await producer.commit_transaction()
    records = await committed(reader, topic)
    assert [(one.key, one.value) for one in records] == [(b"a", b"1"), (b"b", b"2"), (b"c", None)]
    assert all(list(one.headers) == HEADERS for one in records)


async def test_an_aborted_batch_is_never_visible(clients):
    topic = await clients.topic()
    producer = await clients.producer(f"{topic}.relay")
    reader = await clients.reader(topic)

    await producer.begin_transaction()
    await send_batch(producer, topic, [(b"a", b"aborted")])
    await producer.abort_transaction()
    await producer.begin_transaction()
    await send_batch(producer, topic, [(b"a", b"committed")])
    await producer.commit_transaction()

    assert [one.value for one in await committed(reader, topic)] == [b"committed"]


async def test_a_second_writer_with_the_same_transactional_id_fences_the_first(clients):
    topic = await clients.topic()
    name = f"{topic}.relay"
    first = await clients.producer(name)
    await first.begin_transaction()
    await send_batch(first, topic, [(b"a", b"from the zombie")])

    second = await clients.producer(name)
    with pytest.raises(ProducerFenced):
        await asyncio.wait_for(first.commit_transaction(), 40)
    await second.begin_transaction()
    await send_batch(second, topic, [(b"a", b"from its successor")])
    await second.commit_transaction()

    values = [one.value for one in await committed(await clients.reader(topic), topic)]
    assert values == [b"from its successor"]


async def test_an_open_transaction_of_a_dead_writer_ends_when_its_successor_starts(clients):
    topic = await clients.topic()
    name = f"dead-{uuid4().hex[:8]}"
    dead = await clients.producer(name)
    await dead.begin_transaction()
    await send_batch(dead, topic, [(b"a", b"never committed")])
    other = await clients.producer(f"{name}-other")
    await other.begin_transaction()
    await send_batch(other, topic, [(b"b", b"behind it")])
    await other.commit_transaction()
    reader = await clients.reader(topic)
    held_back = (await reader.end_offsets([TopicPartition(topic, 0)]))[TopicPartition(topic, 0)]
    assert held_back == 0

    await clients.producer(name)
    assert [one.value for one in await visible(reader, topic)] == [b"behind it"]
