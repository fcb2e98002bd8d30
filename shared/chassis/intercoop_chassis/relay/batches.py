"""Batches of a round: messages by partition, each as large as the producer lets it be."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.kafka.patches.producers import RecordBatch
from intercoop_chassis.relay.fence import Fenced
from intercoop_chassis.relay.messages import Message


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one partition that travel together."""

    topic: str
    partition: int
    subjects: tuple[str, ...]
    builder: RecordBatch


class NotFencedError(Exception):
    """A partition that was not fenced: it is new, or may be written only now."""

    def __init__(self, partition: TopicPartition) -> None:
        super().__init__(f"{partition.topic} {partition.partition}")
        self.partition = partition


async def batches(
    messages: Sequence[Message], fenced: Fenced, one_by_one: Collection[str]
) -> list[Batch]:
    """Those that these messages travel in. Raises `NotFencedError`."""
    partitions = {
        topic: len(await fenced.producer.partitions_for(topic))
        for topic in {message.topic for message in messages}
    }
    by_partition: dict[tuple[str, int], list[Message]] = {}
    for message in messages:
        partition = crc32(message.key) % partitions[message.topic]
        if (message.topic, partition) not in fenced.partitions:
            raise NotFencedError(TopicPartition(message.topic, partition))
        by_partition.setdefault((message.topic, partition), []).append(message)
    return [
        batch
        for (topic, partition), batched in by_partition.items()
        for batch in _fill(topic, partition, batched, fenced.producer, topic in one_by_one)
    ]


def _fill(
    topic: str,
    partition: int,
    messages: Sequence[Message],
    producer: AIOKafkaProducer,
    alone: bool,  # noqa: FBT001  each message in a batch of its own
) -> Iterator[Batch]:
    builder, subjects = producer.create_batch(), list[str]()
    for message in messages:
        full = (alone and subjects) or not _append(builder, message)
        if full:
            yield Batch(topic, partition, tuple(subjects), builder)
            builder, subjects = producer.create_batch(), []
            if not _append(builder, message):
                raise KafkaError(f"{topic} {message.subject}: does not fit an empty batch")
        subjects.append(message.subject)
    yield Batch(topic, partition, tuple(subjects), builder)


def _append(builder: RecordBatch, message: Message) -> bool:
    appended = builder.append(
        key=message.key, value=message.value, timestamp=None, headers=message.headers
    )
    return appended is not None
