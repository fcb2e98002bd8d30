"""Decoding a value: JSON of the stream's view, or of an ended entity."""

from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from intercoop_chassis.publishing.publications import MAX_VALUE_BYTES, wrong_fields
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_contracts.streams import Ended, Stream, View

ENDED_MEMBER = b'"ended"'
_ROOM_FOR_MORE: Final = 4 * 1024
"""Bytes for the fields of later versions."""
_EMPTY: Final = Obstacle(ObstacleKind.EMPTY, "the value is null; an entity that ended says so")


class UndecodableError(Exception):
    """A value that cannot be decoded: `obstacle` says why, without quoting it."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.reason)
        self.obstacle = obstacle


def view_of(stream: Stream[Any], value: bytes | str) -> View | Ended:
    """Decode a value. Raises `ValueError`, most often pydantic's `ValidationError`."""
    if _says_ended(value):
        return Ended.model_validate_json(value)
    view: View = stream.view.__pydantic_validator__.validate_json(value)
    return view


def decode(stream: Stream[Any], value: bytes | None) -> tuple[str, View | Ended]:
    """A value in the clear as text and as a view. Raises `UndecodableError`."""
    if not value:
        raise UndecodableError(_EMPTY)
    if len(value) > MAX_VALUE_BYTES:
        raise UndecodableError(_too_large(len(value)))
    try:
        after = view_of(stream, value)
        return _kept(value, after), after
    except (ValidationError, ValueError) as error:
        reason = f"the view cannot be read: {_brief(error)}"
        raise UndecodableError(Obstacle(ObstacleKind.UNREADABLE, reason)) from error


def _kept(value: bytes, after: View | Ended) -> str:
    """The text as it came, so that a later version finds its fields in it.

    One that is much larger than what it says (blanks, fields that nobody knows) is kept as what it
    says: limits count what entities may have, and a change of a known one always applies.
    """
    if len(value) <= _ROOM_FOR_MORE:
        return value.decode()
    said = to_json(after)
    return (value if len(value) <= 2 * len(said) + _ROOM_FOR_MORE else said).decode()


def _says_ended(value: bytes | str) -> bool:
    """Whether it has the reserved member, however it is written; raises `ValueError`."""
    has = ENDED_MEMBER in value if isinstance(value, bytes) else ENDED_MEMBER.decode() in value
    if not has:
        return False
    found = from_json(value)
    return isinstance(found, dict) and "ended" in found


def _too_large(size: int) -> Obstacle:
    return Obstacle(ObstacleKind.TOO_LARGE, f"the view has {size} bytes: too many")


def _brief(error: Exception) -> str:
    return wrong_fields(error) if isinstance(error, ValidationError) else type(error).__name__
