"""What records become: a state event, poison that has to wait, or something that is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_contracts.envelope import Envelope
from intercoop_contracts.streams import Ended, Key, Stream, View


class StateEvent(NamedTuple):
    """A readable record: whose entity, which version, and the view."""

    topic: str
    owner: str
    stream: Stream[Any]  # Any: each stream has its own view
    envelope: Envelope
    text: str
    after: View | Ended

    @property
    def key(self) -> Key:
        return self.topic, self.envelope.subject


@dataclass(frozen=True, slots=True)
class Poison:
    """A record whose envelope can be read and whose value cannot: its subject has to wait."""

    record: KafkaRecord
    envelope: Envelope
    obstacle: Obstacle

    @property
    def lacks_key(self) -> bool:
        """Whether it may be sound, and only the key to open it is not there."""
        return self.obstacle.kind is ObstacleKind.MISSING_KEY

    @property
    def is_unvouched(self) -> bool:
        """Whether it was not opened, so that no key vouches for its version."""
        return self.obstacle.is_unvouched

    @property
    def key(self) -> Key:
        return self.record.topic, self.envelope.subject


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record nobody should have written: counted and left."""

    topic: str
    partition: int
    offset: int
    reason: str
    detail: str

    @classmethod
    def of(cls, record: KafkaRecord, reason: str, detail: str) -> "RefusedRecord":
        return cls(record.topic, record.partition, record.offset, reason, detail)


class Admitted(NamedTuple):
    """A record that its writer may have written, with its envelope."""

    envelope: Envelope
    record: KafkaRecord

    @property
    def key(self) -> Key:
        return self.record.topic, self.envelope.subject


@dataclass(frozen=True, slots=True)
class Admission:
    """Records, parted: what may be read, and what is refused."""

    admitted: Sequence[Admitted]
    refused: Sequence[RefusedRecord]
