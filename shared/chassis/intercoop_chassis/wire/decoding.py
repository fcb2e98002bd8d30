"""Decoding a value: JSON, opened where it is sealed, of the stream's view or of an ended entity."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from intercoop_chassis.publishing.publications import MAX_VALUE_BYTES
from intercoop_chassis.wire.sealing import Keyring, MissingKeyError, SealError, open_fields
from intercoop_contracts.personal import personal_paths
from intercoop_contracts.streams import Ended, Stream, View

ENDED_MEMBER = b'"ended"'


class UndecodableError(Exception):
    """A value that cannot be decoded, without quoting it; `sealed` where only a key is missing."""

    def __init__(self, reason: str, *, sealed: bool = False) -> None:
        super().__init__(reason)
        self.sealed = sealed


def view_of(stream: Stream[Any], value: bytes | str) -> View | Ended:
    """Decode a value. Raises `ValueError`, most often pydantic's `ValidationError`."""
    if _says_ended(value):
        return Ended.model_validate_json(value)
    view: View = stream.view.model_validate_json(value)
    return view


def decode(
    stream: Stream[Any], value: bytes | None, keyring: Keyring | None
) -> tuple[str, View | Ended]:
    """A record's value as text and as a view. Raises `UndecodableError`."""
    if not value:
        raise UndecodableError("the value is null; an entity that ended says so")
    try:
        opened = _opened(stream, value, keyring)
        if len(opened) > MAX_VALUE_BYTES:
            raise UndecodableError(f"the view has {len(opened)} bytes: too many")
        after = view_of(stream, opened)
        return opened.decode(), after
    except SealError as error:
        raise UndecodableError(_why_sealed(error), sealed=True) from error
    except (ValidationError, ValueError) as error:
        raise UndecodableError(f"the view cannot be read: {_brief(error)}") from error


def _opened(stream: Stream[Any], value: bytes, keyring: Keyring | None) -> bytes:
    if not personal_paths(stream.view) or _says_ended(value):
        return value
    if keyring is None:
        raise SealError("no key ring is set: INTERCOOP_SEALING_KEYS_FILE")
    return to_json(open_fields(stream.view, from_json(value), keyring))


def _says_ended(value: bytes | str) -> bool:
    """Whether it has the reserved member, however it is written; raises `ValueError`."""
    has = ENDED_MEMBER in value if isinstance(value, bytes) else ENDED_MEMBER.decode() in value
    if not has:
        return False
    found = from_json(value)
    return isinstance(found, dict) and "ended" in found


def _why_sealed(error: SealError) -> str:
    """A missing key comes first, so that the log says which it is."""
    named = isinstance(error, MissingKeyError)
    return str(error) if named else f"a sealed field cannot be opened: {error}"


def _brief(error: Exception) -> str:
    """Say which fields are wrong, without their values, which may be personal."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False)
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'value'}: {problem['type']}"
        for problem in problems[:5]
    )
