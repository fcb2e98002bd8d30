"""The local issuer: signs tokens for made-up people, one for each role of each owner."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

AUDIENCE = "intercoop"
KEY_ID = "local"
LIFETIME = timedelta(hours=12)


class Persona(StrEnum):
    """A made-up person of an owner; each has the role of this name."""

    MEMBER = "member"
    ELECTED = "elected"
    STAFF = "staff"
    OPERATOR = "operator"


class Issuer:
    """Signs with a key of its own, made when first needed and kept in `key_file`."""

    def __init__(self, key_file: Path, url: str) -> None:
        self.url = url
        self._key = _load_or_make(key_file)

    def token(self, owner: str, persona: Persona) -> str:
        """A token of this persona, valid for twelve hours."""
        return self._signed(owner, str(subject(owner, persona)), persona, ())

    def member_token(self, owner: str, person: str, organisations: Sequence[str]) -> str:
        """A token of a person of the directory, who acts for these organisations."""
        return self._signed(owner, person, Persona.MEMBER, organisations)

    def _signed(self, owner: str, person: str, role: Persona, organisations: Sequence[str]) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": person,
            "iat": now,
            "exp": now + LIFETIME,
            "owner": owner,
            "roles": [role.value],
            "organisations": list(organisations),
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": KEY_ID})

    def key_set(self) -> dict[str, Any]:  # Any: JSON
        """The public key, as a JSON Web Key Set (RFC 7517)."""
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "alg": "ES256", "use": "sig"}]}


def subject(owner: str, persona: Persona) -> UUID:
    """The persona's id, the same on every machine."""
    return uuid5(NAMESPACE_URL, f"intercoop:{owner}:{persona}")


def _load_or_make(key_file: Path) -> ec.EllipticCurvePrivateKey:
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} holds another kind of key: delete it")
    return key
