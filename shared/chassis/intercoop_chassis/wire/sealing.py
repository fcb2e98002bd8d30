"""Seals values of private streams, so that whoever operates a shared broker reads none of them."""

import os
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_NONCE_BYTES: Final = 12
_HEAD_END: Final = 5
_NONCE_END: Final = _HEAD_END + _NONCE_BYTES
"""A sealed value: format (1 byte), key id (4), nonce (12), then the text with its tag (16)."""
_PURPOSE: Final = b"intercoop sealed value 1 AES-256-GCM-SIV"


class SealError(Exception):
    """A key file or a sealed value cannot be used; says which and what to do, never shows a key."""


class MissingKeyError(SealError):
    """A value was sealed with a key that the ring lacks: the one with the id `key_id`."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"sealed with the key {missing}, which the key file lacks: add it below the others, "
            "start again and retry"
        )
        self.key_id = missing


class NotSealedError(SealError):
    """A value is not of the sealed form: in the clear, or sealed field by field, as it once was."""


class Keyring:
    """The instance's keys, the newest first: that one seals, each of them opens.

    A sealed value is `format | key id | nonce | ciphertext`, by AES-256-GCM-SIV (RFC 8452): nonces
    are random, and one that came twice would tell no more than that two texts are the same. The
    cipher's key is derived from the line of the key file (HKDF, RFC 5869). The id is made of that
    line and reveals nothing of it.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys as texts, at least one. Raises `ValueError` for one that is none."""
        self._ciphers = {_head(key): _cipher(key) for key in keys}
        self._head = _head(keys[0])
        self._newest = self._ciphers[self._head]

    @property
    def ids(self) -> frozenset[str]:
        """What its keys are called."""
        return frozenset(head[len(_FORMAT) :].hex() for head in self._ciphers)

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

    def seal(self, text: bytes, place: bytes) -> bytes:
        """Seal a text, not empty, so that it opens in this place alone."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._head + nonce + self._newest.encrypt(nonce, text, self._head + place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The text that was sealed for this place.

        Raises `NotSealedError` for what is no sealed value, `MissingKeyError` where the ring lacks
        its key, and `SealError` for what was changed, or sealed for another place.
        """
        head, nonce = sealed[:_HEAD_END], sealed[_HEAD_END:_NONCE_END]
        cipher = self._ciphers.get(head)
        if cipher is None:
            raise MissingKeyError(key_needed(sealed))
        try:
            return cipher.decrypt(nonce, sealed[_NONCE_END:], head + place)
        except (InvalidTag, ValueError) as error:  # ValueError: its nonce is cut
            raise SealError("changed since it was sealed, or sealed for another place") from error


def key_needed(sealed: bytes) -> str:
    """The id of the key that opens a value. Raises `NotSealedError`, `SealError` if it is cut."""
    if sealed[:1] != _FORMAT:
        raise NotSealedError("not sealed, or not in the form that this version knows")
    if len(sealed) < _HEAD_END:
        raise SealError("cut since it was sealed")
    return sealed[1:_HEAD_END].hex()


def keyring_at(path: Path | None) -> Keyring | None:
    """The keys in a file, where one is set. Raises `SealError`."""
    return Keyring.from_file(path) if path else None


def key_id(key: str) -> str:
    """What a key is called where it must not be shown: 8 hexadecimal digits."""
    return sha256(b"intercoop sealing key " + key.encode()).hexdigest()[:8]


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


def _head(key: str) -> bytes:
    return _FORMAT + bytes.fromhex(key_id(key))


def _cipher(key: str) -> AESGCMSIV:
    Fernet(key)
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCMSIV(derive.derive(urlsafe_b64decode(key)))


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
