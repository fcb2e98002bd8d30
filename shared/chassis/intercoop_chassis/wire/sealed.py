"""Messages of private streams: event type and view sealed whole, and bound to their place."""

from intercoop_chassis.wire.decoding import UndecodableError
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.sealing import (
    Keyring,
    MissingKeyError,
    NotSealedError,
    SealError,
    key_needed,
)
from intercoop_contracts.envelope import Envelope


def seal_state(topic: str, envelope: Envelope, text: str, keyring: Keyring) -> bytes:
    """The value of a private stream's message: event type and view, sealed for this place."""
    return keyring.seal(f"{envelope.type}\n{text}".encode(), place_of(topic, envelope))


def open_state(
    topic: str, envelope: Envelope, value: bytes | None, keyring: Keyring | None
) -> tuple[Envelope, bytes]:
    """The envelope with its true event type, and the view as JSON. Raises `UndecodableError`.

    Without a key ring every key is missing.
    """
    try:
        if keyring is None:
            raise MissingKeyError(key_needed(value or b""))
        text = keyring.open(value or b"", place_of(topic, envelope))
    except SealError as error:
        raise UndecodableError(_obstacle(error)) from error
    event_type, _, view = text.partition(b"\n")
    return envelope._replace(type=event_type.decode(errors="replace")), view


def place_of(topic: str, envelope: Envelope) -> bytes:
    """What a sealed value is bound to: topic, subject and version, and which event it is, and when.

    Netstrings whose lengths count characters, so that no two places look alike. Id and time count
    because a copy under another id would look like another database's event, and one of another
    time like news.
    """
    subject, event, version = envelope.subject, envelope.id, str(envelope.sequence)
    time = envelope.time.isoformat()
    return (
        f"{len(topic)}:{topic},{len(subject)}:{subject},{len(version)}:{version},"
        f"{len(event)}:{event},{len(time)}:{time},"
    ).encode()


def _obstacle(error: SealError) -> Obstacle:
    match error:
        case MissingKeyError():
            return Obstacle(ObstacleKind.MISSING_KEY, str(error), missing_key=error.key_id)
        case NotSealedError():
            return Obstacle(ObstacleKind.UNSEALED, f"its stream is private and it is {error}")
        case _:
            return Obstacle(ObstacleKind.UNOPENABLE, f"it cannot be opened: {error}")
