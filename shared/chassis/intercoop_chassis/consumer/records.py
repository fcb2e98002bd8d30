"""From Kafka records to state events: what is ours to read, what must wait, what is refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from aiokafka import ConsumerRecord
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from intercoop_chassis.publications import MAX_VALUE_BYTES
from intercoop_chassis.sealing import Keyring, MissingKeyError, SealError, open_fields
from intercoop_chassis.subscribers import AnyChange, Cause, Change, Subscribers
from intercoop_contracts.envelope import Envelope, EnvelopeError, read_envelope, source_of
from intercoop_contracts.personal import personal_paths
from intercoop_contracts.streams import Ended, Stream, View, parse_topic

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"
ENDED_MARK = b'"ended"'


class StateEvent(NamedTuple):
    """A readable record: whose entity, which version, and the view."""

    topic: str
    owner: str
    stream: Stream[Any]  # Any: each stream has its own view
    envelope: Envelope
    text: str
    after: View | Ended

    @property
    def key(self) -> tuple[str, str]:
        return self.topic, self.envelope.subject

    def change(self, before: View | Ended | None, *, is_news: bool) -> AnyChange:
        """Make it what subscribers are called with."""
        envelope = self.envelope
        return Change(
            stream=self.stream,
            owner=self.owner,
            subject=envelope.subject,
            version=envelope.sequence,
            occurred_at=envelope.time,
            event_type=envelope.type,
            before=before,
            after=self.after,
            is_news=is_news,
            cause=Cause(envelope.id, envelope.correlation_id, envelope.traceparent),
        )


@dataclass(frozen=True, slots=True)
class Poison:
    """A record whose envelope can be read and whose value cannot: its subject has to wait."""

    record: Record
    envelope: Envelope
    reason: str
    sealed: bool = False
    """Whether it may be sound, and only the key to open it is not there."""

    @property
    def key(self) -> tuple[str, str]:
        return self.record.topic, self.envelope.subject


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record nobody should have written: counted and left."""

    topic: str
    partition: int
    offset: int
    reason: str
    detail: str


@dataclass(slots=True)
class Poll:
    """What one poll brought: first what may be read, then, folded, one state for each subject.

    `is_wanted` says whether it is still this member's to apply.
    """

    received: int = 0
    admitted: list[tuple[Envelope, Record]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    events: list[StateEvent] = field(default_factory=list)
    poison: list[Poison] = field(default_factory=list)
    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    is_wanted: Callable[[], bool] = lambda: True

    def refuse(self, refused: tuple[Envelope, Record], reason: str, detail: str) -> None:
        """Take an admitted record out, and count it as refused."""
        self.admitted.remove(refused)
        self.refused.append(_refusal(refused[1], reason, detail))


class Origin(NamedTuple):
    """A topic that is read: whose it is, its stream, and who alone may write there."""

    owner: str
    stream: Stream[Any]
    source: str


class Reader:
    """Reads the records of one service: checks who wrote them, and decodes their views."""

    def __init__(self, subscribers: Subscribers, network: str, keyring: Keyring | None) -> None:
        self._subscribers = subscribers
        self._network = network
        self._keyring = keyring
        self._topics: dict[str, Origin | None] = {}

    def admit(self, records: Iterable[Record]) -> Poll:
        """Refuse what is forged or has no readable envelope; admit the rest."""
        poll = Poll()
        for record in records:
            poll.received += 1
            envelope = self._admitted(record, poll)
            if envelope is not None:
                poll.admitted.append((envelope, record))
        return poll

    def fold(self, poll: Poll) -> None:
        """Keep the newest admitted version of each subject, and decode those."""
        newest: dict[tuple[str, str], tuple[Envelope, Record]] = {}
        for envelope, record in poll.admitted:
            key = (record.topic, envelope.subject)
            known = newest.get(key)
            if known is None or known[0].sequence < envelope.sequence:
                newest[key] = (envelope, record)
        for key, (envelope, record) in newest.items():
            poll.records[key] = record
            match self.decode(record, envelope):
                case StateEvent() as event:
                    poll.events.append(event)
                case Poison() as poison:
                    poll.poison.append(poison)

    def decode(self, record: Record, envelope: Envelope) -> StateEvent | Poison:
        """Decode the value; a value that cannot be decoded makes its subject wait."""
        found = self._origin(record.topic)
        if found is None:
            return Poison(record, envelope, "this service does not read this stream")
        owner, stream, _ = found
        if not record.value:
            return Poison(record, envelope, "the value is null; an entity that ended says so")
        try:
            value = self._opened(stream, record.value)
            if len(value) > MAX_VALUE_BYTES:
                return Poison(record, envelope, f"the view has {len(value)} bytes: too many")
            after = view_of(stream, value)
            text = value.decode()
        except SealError as error:
            return Poison(record, envelope, _unopened(error), sealed=True)
        except (ValidationError, ValueError) as error:
            return Poison(record, envelope, f"the view cannot be read: {_brief(error)}")
        return StateEvent(record.topic, owner, stream, envelope, text, after)

    def _admitted(self, record: Record, poll: Poll) -> Envelope | None:
        try:
            envelope = read_envelope(record.headers)
        except EnvelopeError as error:
            poll.refused.append(_refusal(record, "envelope", str(error)))
            return None
        found = self._origin(record.topic)
        if found is None:
            poll.refused.append(_refusal(record, "topic", "this service does not read this topic"))
            return None
        if envelope.source != found.source:
            detail = f"source {envelope.source} may not write here; expected {found.source}"
            poll.refused.append(_refusal(record, "source", detail))
            return None
        if record.key != envelope.subject.encode():
            poll.refused.append(_refusal(record, "key", "the key is not the subject"))
            return None
        return envelope

    def _origin(self, topic: str) -> Origin | None:
        if topic not in self._topics:
            self._topics[topic] = self._find(topic)
        return self._topics[topic]

    def _find(self, topic: str) -> Origin | None:
        name = parse_topic(topic)
        subscription = self._subscribers.get(name.stream_id) if name else None
        if name is None or subscription is None:
            return None
        stream = subscription.stream
        return Origin(name.owner, stream, source_of(self._network, name.owner, stream.publisher))

    def _opened(self, stream: Stream[Any], value: bytes) -> bytes:
        if not personal_paths(stream.view) or _says_ended(value):
            return value
        if self._keyring is None:
            raise SealError("no key ring is set: INTERCOOP_SEALING_KEYS_FILE")
        return to_json(open_fields(stream.view, from_json(value), self._keyring))


def view_of(stream: Stream[Any], value: bytes | str) -> View | Ended:
    """Decode a value. Raises `ValueError`, most often pydantic's `ValidationError`."""
    if _says_ended(value):
        return Ended.model_validate_json(value)
    view: View = stream.view.model_validate_json(value)
    return view


def _says_ended(value: bytes | str) -> bool:
    """Whether it has the reserved member, however it is written; raises `ValueError`."""
    marked = ENDED_MARK in value if isinstance(value, bytes) else ENDED_MARK.decode() in value
    if not marked:
        return False
    found = from_json(value)
    return isinstance(found, dict) and "ended" in found


def _refusal(record: Record, reason: str, detail: str) -> Refusal:
    return Refusal(record.topic, record.partition, record.offset, reason, detail)


def _unopened(error: SealError) -> str:
    """A missing key comes first, so that the log says which it is."""
    named = isinstance(error, MissingKeyError)
    return str(error) if named else f"a sealed field cannot be opened: {error}"


def _brief(error: Exception) -> str:
    """Say which fields are wrong, without their values, which may be personal."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False)
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'value'}: {one['type']}"
        for one in problems[:5]
    )
