"""From records to state events: who may write what, and what it says."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from intercoop_chassis.kafka.records import COMPRESSED, KafkaRecord
from intercoop_chassis.wire.decoding import UndecodableError, decode
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import (
    Admission,
    Admitted,
    Poison,
    RefusedRecord,
    StateEvent,
)
from intercoop_chassis.wire.sealed import open_state
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.envelope import Envelope, EnvelopeError, read_envelope, source_of
from intercoop_contracts.ids import beginning_at
from intercoop_contracts.streams import Stream, parse_topic

_AHEAD: Final = timedelta(days=1)
_LOOK_S: Final = 60.0
_UNSUBSCRIBED: Final = Obstacle(ObstacleKind.UNSUBSCRIBED, "this service does not read this stream")


class Origin(NamedTuple):
    """A topic that is read: whose it is, its stream, and who alone may write there."""

    owner: str
    stream: Stream[Any]  # Any: each stream has its own view
    source: str


class _Latest(NamedTuple):
    """The latest moment, and how an id of it begins: a day from when it was looked at.

    Whoever could say that it is of the year 2199 would be at the top of every list for ever.
    """

    looked_at: float
    moment: datetime
    id: str

    @classmethod
    def now(cls) -> "_Latest":
        moment = datetime.now(UTC) + _AHEAD
        return cls(time.monotonic(), moment, beginning_at(int(moment.timestamp() * 1000)))


class Reader:
    """Reads the records of some streams: who wrote them, what they say, and whose the ids are."""

    def __init__(
        self,
        streams: Iterable[Stream[Any]],  # Any: each stream has its own view
        network: str,
        keyring: Keyring | None,
    ) -> None:
        self._streams = {stream.id: stream for stream in streams}
        self._network = network
        self._keyring = keyring
        self._origins: dict[str, Origin | None] = {}
        self._latest = _Latest.now()

    def admit(self, records: Iterable[KafkaRecord]) -> Admission:
        """Refuse what is forged or has no readable envelope; admit the rest."""
        admitted: list[Admitted] = []
        refused: list[RefusedRecord] = []
        for record in records:
            match self._check(record):
                case RefusedRecord() as refusal:
                    refused.append(refusal)
                case envelope:
                    admitted.append(Admitted(envelope, record))
        return Admission(admitted, refused)

    def decode(self, record: KafkaRecord, envelope: Envelope) -> StateEvent | Poison:
        """Decode the value; a value that cannot be decoded makes its subject wait."""
        topic, value = record.topic, record.value
        origin = self._origin(topic)
        if origin is None:
            return Poison(record, envelope, _UNSUBSCRIBED)
        try:
            if origin.stream.is_sealed:
                envelope, value = open_state(topic, envelope, value, self._keyring)
            text, after = decode(origin.stream, value)
        except UndecodableError as error:
            return Poison(record, envelope, error.obstacle)
        latest = self._until()
        foreign = origin.stream.foreign_id(origin.owner, envelope.subject, after, latest.id)
        if foreign is not None:
            return Poison(record, envelope, _foreign(foreign, origin))
        if envelope.time > latest.moment:
            envelope = envelope._replace(time=latest.moment)
        return StateEvent(topic, origin.owner, origin.stream, envelope, text, after)

    def _until(self) -> "_Latest":
        """The latest time that another owner's clock may say, looked at again once a minute."""
        if time.monotonic() > self._latest.looked_at + _LOOK_S:
            self._latest = _Latest.now()
        return self._latest

    def _check(self, record: KafkaRecord) -> Envelope | RefusedRecord:
        try:
            envelope = read_envelope(record.headers)
        except EnvelopeError as error:
            if record.headers == COMPRESSED:
                return RefusedRecord.of(
                    record, "compressed", "a compressed batch, which is not read"
                )
            return RefusedRecord.of(record, "envelope", str(error))
        origin = self._origin(record.topic)
        if origin is None:
            return RefusedRecord.of(record, "topic", "this service does not read this topic")
        if envelope.source != origin.source:
            detail = f"source {envelope.source} may not write here; expected {origin.source}"
            return RefusedRecord.of(record, "source", detail)
        if record.key != envelope.subject.encode():
            return RefusedRecord.of(record, "key", "the key is not the subject")
        return envelope

    def _origin(self, topic: str) -> Origin | None:
        if topic not in self._origins:
            self._origins[topic] = self._find(topic)
        return self._origins[topic]

    def _find(self, topic: str) -> Origin | None:
        name = parse_topic(topic)
        stream = self._streams.get(name.stream_id) if name else None
        if name is None or stream is None:
            return None
        return Origin(name.owner, stream, source_of(self._network, name.owner, stream.publisher))


def _foreign(path: str, origin: Origin) -> Obstacle:
    reason = (
        f"{path}: this id was not given by the owner that {origin.stream.id} asks for, or it is of "
        "a time to come"
    )
    return Obstacle(ObstacleKind.FOREIGN_ID, reason)
