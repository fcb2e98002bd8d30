"""From a row of `published` to what goes on the wire: envelope and value, sealed if private."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from intercoop_chassis.postgres import Row
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.sealed import seal_state
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.envelope import SEALED_CONTENT_TYPE, SEALED_TYPE, Envelope, source_of
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
        self._sealed = {topic for topic, stream in self._streams.items() if stream.is_sealed}

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
        if topic in self._sealed:
            return self._sealed_message(topic, envelope, row["value"])
        return Message(topic, subject, subject.encode(), row["value"].encode(), envelope.headers())

    def _sealed_message(self, topic: str, envelope: Envelope, text: str) -> Message:
        """One that says neither what happened nor what is now: that is sealed in its value."""
        if self._keyring is None:
            raise MissingKeyringError(
                f"{topic} is private and there is no key to seal it: "
                "set INTERCOOP_SEALING_KEYS_FILE"
            )
        value = seal_state(topic, envelope, text, self._keyring)
        headers = envelope._replace(type=SEALED_TYPE).headers(SEALED_CONTENT_TYPE)
        return Message(topic, envelope.subject, envelope.subject.encode(), value, headers)


class MissingKeyringError(Exception):
    """A private stream needs a key ring, and none was given."""
