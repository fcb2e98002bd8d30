"""What a parked message says: opened where it is sealed, and masked unless it is read whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from intercoop_chassis.consumer.parking.dead_letters import restored_record
from intercoop_chassis.operating.masking import MASK, Json, headers_of, masked, unmasked
from intercoop_chassis.operating.parked import Waiting
from intercoop_chassis.subscribers import Subscribers
from intercoop_chassis.wire.decoding import UndecodableError
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealed import open_state
from intercoop_chassis.wire.sealing import Keyring
from intercoop_contracts.envelope import TYPE_PREFIX, EnvelopeError, read_envelope
from intercoop_contracts.streams import Audience, parse_topic


@dataclass(frozen=True, slots=True)
class Reading:
    """What a service reads, and the keys it has."""

    subscribers: Subscribers
    keyring: Keyring | None


@dataclass(frozen=True, slots=True)
class Content:
    """A message's headers, of which those that are no part of an envelope are masked; its value."""

    headers: Mapping[str, str]
    value: Json


def content_of(waiting: Waiting, reading: Reading, *, whole: bool) -> Content:
    """The message of a parked change; of one that does not open, its size and why.

    What stands in the clear where it should be sealed is shown like any other.
    """
    headers, value = headers_of(waiting.headers), waiting.value
    try:
        if _is_private(waiting.topic):
            event_type, value = _opened(waiting, reading.keyring)
            headers["ce_type"] = f"{TYPE_PREFIX}{event_type}"
    except EnvelopeError:
        return Content(headers, f"{MASK} ({len(value)} bytes)")
    except UndecodableError as error:
        if error.obstacle.kind is not ObstacleKind.UNSEALED:
            return Content(headers, f"{MASK} ({len(value)} bytes: {error.obstacle.reason})")
    shown = unmasked(value) if whole else masked(value, waiting.stream, reading.subscribers)
    return Content(headers, shown)


def _is_private(topic: str) -> bool:
    name = parse_topic(topic)
    return name is not None and name.audience is Audience.PRIVATE


def _opened(waiting: Waiting, keyring: Keyring | None) -> tuple[str, bytes]:
    """The event type and the view. Raises `UndecodableError`, and `EnvelopeError`."""
    record = restored_record(waiting.topic, waiting.subject, waiting.headers, waiting.value)
    envelope, view = open_state(waiting.topic, read_envelope(record.headers), record.value, keyring)
    return envelope.type, view
