"""Tokens as instances issue them, by one key file that all instances of a test run share."""

import shutil
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from intercoop_chassis.auth.issuing import instance_name
from intercoop_chassis.auth.signing_keys import SigningKey, new_signing_key, read_signing_keys
from intercoop_chassis.settings import Settings

NETWORK = "test"
OWNER = "ouest"

Claims = dict[str, Any]  # Any: JSON


class Issuer:
    """Signs what a test wants to have signed; `keys_file` is for the settings of instances."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="intercoop-issuer-"))
        self.keys_file = self._folder / "signing.pem"
        self._write(new_signing_key())

    @property
    def key(self) -> SigningKey:
        """The key that signs."""
        return next(iter(read_signing_keys(self.keys_file).values()))

    def rotate(self, *, keep: bool = True) -> None:
        """Put a new key before the others, or in their place."""
        older = self.keys_file.read_bytes() if keep else b""
        self._write(new_signing_key() + older)

    def token(self, at: Settings | None = None, **claims: Any) -> str:
        """A token for the instance with these settings, valid for an hour unless `claims` say else.

        Without settings it is for the `owner` that is named, in the network `test`.
        """
        return sign(self.key.private, self.claims(at, **claims), self.key.id)

    def claims(self, at: Settings | None = None, **claims: Any) -> Claims:
        """What `token` signs; a claim that is None is left out."""
        owner = claims.pop("owner", None) or (at.owner if at else OWNER)
        assert at is None or owner == at.owner, "no instance signs for another owner's people"
        name = instance_name(at.network if at else NETWORK, owner)
        now = int(time.time())
        usual = {
            "iss": name,
            "aud": name,
            "sub": str(uuid4()),
            "sid": str(uuid4()),
            "iat": now,
            "exp": now + 3600,
            "roles": ["staff"],
            "organisations": [],
        }
        return {name: value for name, value in {**usual, **claims}.items() if value is not None}

    def close(self) -> None:
        shutil.rmtree(self._folder)

    def _write(self, content: bytes) -> None:
        """In the place of the file that is there, as whoever rotates keys should do it."""
        new = self._folder / "new.pem"
        new.touch(0o600)
        new.write_bytes(content)
        new.replace(self.keys_file)


def sign(key: ec.EllipticCurvePrivateKey, claims: Claims, key_id: str | None) -> str:
    """A token by ES256."""
    return jwt.encode(claims, key, "ES256", headers={"kid": key_id} if key_id else None)


def public_jwk(key: ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, Any]:  # Any: JSON
    """The public half as a JWK (RFC 7517)."""
    return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "use": "sig"}


def public_pem(key: SigningKey) -> bytes:
    """The public half, as whoever knows it might use it for a secret."""
    return key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
