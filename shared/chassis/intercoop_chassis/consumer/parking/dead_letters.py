"""A dead letter: a record kept as it came, key, headers and value, to be decoded again later."""

from collections.abc import Sequence

from aiokafka import ConsumerRecord
from pydantic_core import from_json, to_json

from intercoop_chassis.kafka.records import KafkaRecord


def restored_record(topic: str, subject: str, headers: bytes, value: bytes) -> KafkaRecord:
    """The record that was kept; it stands at no offset any more."""
    key = subject.encode()
    return ConsumerRecord(
        topic=topic,
        partition=-1,
        offset=-1,
        timestamp=0,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=len(key),
        serialized_value_size=len(value),
        headers=_unpacked(headers),
    )


def packed_headers(headers: Sequence[tuple[str, bytes | None]]) -> bytes:
    """Headers as JSON; bytes that are no text keep their value through Latin-1."""
    return to_json([(name, value.decode("latin-1") if value else None) for name, value in headers])


def _unpacked(headers: bytes) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, (text or "").encode("latin-1")) for name, text in from_json(headers))
