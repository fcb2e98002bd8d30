"""Seals personal fields, so that whoever operates a shared broker reads none of them."""

import os
import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import BaseModel

from intercoop_contracts.personal import PersonalPath, personal_paths

JsonObject = dict[str, Any]  # Any: JSON

_NAMED: Final = re.compile("(?P<id>[0-9a-f]{8})[.](?P<token>.*)", re.DOTALL)


class SealError(Exception):
    """A key file or a sealed text cannot be used; says which and what to do, never shows a key."""


class MissingKeyError(SealError):
    """A text was sealed with a key that the ring lacks; says which key by its id."""


class Keyring:
    """The instance's keys, the newest first: that one seals, each of them opens.

    A sealed text is `<id>.<Fernet token>`. The id is made of the key and reveals nothing of it; a
    token without one is opened with whichever key does.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys as texts, at least one. Raises `ValueError` for one that is none."""
        self._keys = {key_id(key): Fernet(key) for key in keys}
        self._newest = key_id(keys[0])

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Read a file with one key a line, the newest first. Raises `SealError`."""
        lines = [line.strip() for line in _text(path).splitlines()]
        keys = [
            _key(path, number, line)
            for number, line in enumerate(lines, 1)
            if line and not line.startswith("#")
        ]
        if not keys:
            raise SealError(f"{path} holds no key: put back the one that sealed what is published")
        return cls(keys)

    def seal(self, text: str) -> str:
        return f"{self._newest}.{self._keys[self._newest].encrypt(text.encode()).decode()}"

    def open(self, sealed: str) -> str:
        """Raises `MissingKeyError` when the ring lacks its key, `SealError` when it was changed."""
        named = _NAMED.fullmatch(sealed)
        if named is None:
            return _opened(MultiFernet(list(self._keys.values())), sealed)
        if named["id"] not in self._keys:
            raise MissingKeyError(missing_key_words(named["id"]))
        return _opened(self._keys[named["id"]], named["token"])


def keyring_at(path: Path | None) -> Keyring | None:
    """The keys in a file, where one is set. Raises `SealError`."""
    return Keyring.from_file(path) if path else None


def key_id(key: str) -> str:
    """What a key is called where it must not be shown: 8 hexadecimal digits."""
    return sha256(b"intercoop sealing key " + key.encode()).hexdigest()[:8]


def missing_key_words(missing: str) -> str:
    """The reason of whatever waits for a key."""
    return (
        f"sealed with the key {missing}, which the key file lacks: add it below the others, start "
        "again and retry"
    )


def _opened(key: Fernet | MultiFernet, token: str) -> str:
    try:
        return key.decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SealError(
            "no key of the ring has sealed it: add the older key to the key file"
        ) from error


def create_key_file(path: Path) -> None:
    """Make a file with one new key, readable by its owner alone.

    Raises `SealError` when the file is there already: losing its keys loses what they have sealed.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SealError(f"{path} is there already: it is kept as it is") from error
    except OSError as error:
        raise SealError(f"{path} cannot be made ({error.strerror})") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(Fernet.generate_key().decode() + "\n")
        file.flush()
        os.fsync(descriptor)


def seal_fields(view: type[BaseModel], value: JsonObject, keyring: Keyring) -> JsonObject:
    """A copy of `value`, the JSON of a `view`, with its personal texts sealed."""
    return _with_texts(view, value, keyring.seal)


def open_fields(view: type[BaseModel], value: JsonObject, keyring: Keyring) -> JsonObject:
    """A copy of `value` with its personal texts opened. Raises `SealError`."""
    return _with_texts(view, value, keyring.open)


def _with_texts(
    view: type[BaseModel], value: JsonObject, change: Callable[[str], str]
) -> JsonObject:
    for path in personal_paths(view):
        value = _changed(value, path, change)
    return value


def _changed(node: Any, path: PersonalPath, change: Callable[[str], str]) -> Any:  # noqa: ANN401  JSON
    """Follow `path` as far as `node` goes: a part that is absent or null has nothing to seal."""
    if not path:
        return _text_changed(node, change)
    step, rest = path[0], path[1:]
    if step == "*" and isinstance(node, list):
        return [_changed(item, rest, change) for item in node]
    if isinstance(node, dict) and step in node:
        return {**node, step: _changed(node[step], rest, change)}
    return node


def _text_changed(node: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  JSON
    if node is None:
        return None
    if not isinstance(node, str):
        raise SealError("a personal field holds something else than a text")
    return change(node)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it holds other characters than keys have"
        raise SealError(f"The key file {path} cannot be read ({reason})") from error


def _key(path: Path, number: int, line: str) -> str:
    try:
        Fernet(line)
    except ValueError as error:
        raise SealError(
            f"{path}, line {number} is not a key (44 characters, URL-safe base64): "
            "put it back as it was"
        ) from error
    return line
