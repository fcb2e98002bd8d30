"""From a row of `published` to what goes on the wire: envelope, and personal fields sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from pydantic_core import from_json, to_json

from intercoop_chassis.postgres import Row
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.sealing import Keyring, seal_fields
from intercoop_contracts.envelope import Envelope, source_of
from intercoop_contracts.personal import personal_paths
from intercoop_contracts.streams import Stream


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka record to be."""

    topic: str
    subject: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Messages:
    """Writes the messages of one service's streams."""

    def __init__(
        self,
        streams: Iterable[Stream[Any]],  # Any: each stream has its own view
        *,
        owner: str,
        source: str,
        keyring: Keyring | None,
    ) -> None:
        self._source = source
        self._keyring = keyring
        self._streams = {stream.topic(owner): stream for stream in streams}
        self._sealed = {
            topic for topic, stream in self._streams.items() if personal_paths(stream.view)
        }

    @classmethod
    def of(cls, service: Service, settings: Settings, keyring: Keyring | None) -> Self:
        """What this service of this instance sends."""
        source = source_of(settings.network, settings.owner, service.name)
        return cls(service.publishes, owner=settings.owner, source=source, keyring=keyring)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(self._streams)

    def reader(self, network: str) -> Reader:
        """A reader of what this service itself has sent."""
        return Reader(self._streams.values(), network, self._keyring)

    def read(self, row: Row) -> Message:
        """Make the message of a row of `published`."""
        topic, subject = row["topic"], row["subject"]
        envelope = Envelope(
            id=str(row["event_id"]),
            source=self._source,
            type=row["event_type"],
            time=row["occurred_at"],
            subject=subject,
            sequence=row["version"],
            dataschema=self._streams[topic].schema_id,
            correlation_id=row["correlation_id"],
            causation_id=row["causation_id"],
            traceparent=row["traceparent"],
        )
        value = self._value(topic, row["value"])
        return Message(topic, subject, subject.encode(), value, envelope.headers())

    def _value(self, topic: str, text: str) -> bytes:
        if topic not in self._sealed or text.startswith('{"ended":'):
            return text.encode()
        if self._keyring is None:
            raise MissingKeyringError(
                f"{topic} carries personal fields and there is no key to seal them: "
                "set INTERCOOP_SEALING_KEYS_FILE"
            )
        return to_json(seal_fields(self._streams[topic].view, from_json(text), self._keyring))


class MissingKeyringError(Exception):
    """A stream with personal fields needs a key ring, and none was given."""
