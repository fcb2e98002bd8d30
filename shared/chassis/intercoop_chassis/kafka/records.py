"""Records and offsets of Kafka, as its consumers are given them."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from aiokafka import ConsumerRecord, TopicPartition

KafkaRecord: TypeAlias = "ConsumerRecord[bytes, bytes]"
"""Key and value are bytes: no client of ours deserialises anything by itself."""

KafkaRecords: TypeAlias = tuple[KafkaRecord, ...]

Offsets: TypeAlias = Mapping[TopicPartition, int]
"""For each partition the offset of the record that comes next."""

COMPRESSED: Final = (("compressed", b""),)
"""The headers of a record that stands for a compressed batch, of which nothing was read."""
