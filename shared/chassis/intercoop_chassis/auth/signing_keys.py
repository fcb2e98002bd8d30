"""The instance's signing keys: ES256 (RFC 7518 §3.4), in a file that all its processes read."""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm

from intercoop_chassis.auth.files import (
    UnusableFileError,
    WatchedFile,
    check_private,
    text_of,
    write_secret,
)

ALGORITHM: Final = "ES256"
_KEY: Final = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----.*?-----END (?P=kind)-----", re.DOTALL
)
_MAKE_ONE: Final = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key by its id, the thumbprint of its public half (RFC 7638)."""

    id: str
    private: ec.EllipticCurvePrivateKey
    public: PyJWK


class SigningKeys:
    """The keys of a PEM file, the newest first: that one signs, tokens of each are accepted.

    A changed file is taken up within two seconds, and at once for a token of a key that is not
    known yet. `clock` gives monotonic seconds.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the file. Raises `UnusableFileError`."""
        self._file = WatchedFile(path, read_signing_keys, clock=clock)

    @property
    def signer(self) -> SigningKey:
        """The key that signs now."""
        return next(iter(self._file.current().values()))

    async def find(self, key_id: str | None) -> PyJWK | None:
        """The public key with this id, while the file holds it."""
        found = self._file.current().get(key_id or "") or self._file.newest().get(key_id or "")
        return found.public if found else None


def read_signing_keys(path: Path) -> Mapping[str, SigningKey]:
    """The keys of a file by their ids, in its order; what stands between them is passed over.

    Raises `UnusableFileError` for a file that others can read, one without a key, and one with a
    key of another kind.
    """
    text = text_of(path)
    check_private(path)
    keys = [_key(path, number, found[0]) for number, found in enumerate(_KEY.finditer(text), 1)]
    if not keys:
        raise UnusableFileError(f"{path} holds no private key (PEM): make one with {_MAKE_ONE}")
    return {key.id: key for key in keys}


def create_signing_key_file(path: Path) -> None:
    """Make a file with one new key, readable by its owner alone.

    Raises `UnusableFileError` when the file is there already.
    """
    write_secret(path, new_signing_key())


def new_signing_key() -> bytes:
    """A new key as PEM (PKCS #8)."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _key(path: Path, number: int, pem: str) -> SigningKey:
    try:
        private = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: a password is asked
        raise UnusableFileError(
            f"{path}, key {number} cannot be read: put it back as it was, without a password"
        ) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise UnusableFileError(
            f"{path}, key {number} is not of the curve P-256: make one with {_MAKE_ONE}"
        )
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return SigningKey(_thumbprint(jwk), private, PyJWK(jwk, ALGORITHM))


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638 §3: SHA-256 of the members that a key needs, in the order of their names."""
    needed = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = sha256(dumps(needed, separators=(",", ":")).encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
