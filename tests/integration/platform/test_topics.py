"""What followers rest on: topics found later, and the newest record of each key kept."""

import asyncio
import itertools

from testkit.nodes import until
from testkit.topics import read_all


async def test_a_pattern_finds_a_topic_that_is_created_later_from_its_first_record(clients):
    owner = await clients.topic()
    reader = await clients.reader(pattern=rf"^shared\.{owner}(-late)?\.things\.v1$")
    name = f"shared.{owner}-late.things.v1"

    await clients.topic(name)
    producer = await clients.producer()
    await producer.send_and_wait(name, b"first", key=b"a")

    record = await asyncio.wait_for(reader.getone(), 40)
    assert (record.topic, record.key, record.value) == (name, b"a", b"first")


async def test_compaction_keeps_the_last_record_of_each_key(clients):
    topic = await clients.topic(
        **{"cleanup.policy": "compact", "segment.ms": "200", "min.cleanable.dirty.ratio": "0"}
    )
    producer = await clients.producer()
    numbers = itertools.count()

    async def compacted():
        """The open segment is never compacted: each write may close it."""
        number = next(numbers)
        await producer.send_and_wait(topic, b"%d" % number, key=b"a" if number % 2 else b"b")
        records = await read_all(clients.kafka.bootstrap, topic)
        return number > 20 and len(records) < number and (number, records)

    number, records = await until(compacted, within_s=60, what="a compacted topic")
    last = {record.key: int(record.value) for record in records}
    assert sorted(last.values()) == [number - 1, number]


async def test_a_topic_is_not_created_by_a_mere_question(clients):
    admin = await clients.admin()
    await admin.describe_topics(["a-topic-with-a-typo"])
    assert "a-topic-with-a-typo" not in await admin.list_topics()
