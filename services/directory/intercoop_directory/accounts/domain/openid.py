"""Sign-in by a provider, decided: one attempt's secrets, and whom an ID token vouches for.

OpenID Connect Core 1.0, authorization code flow, with PKCE (RFC 7636).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Final

from intercoop_contracts.addresses import address_fault, tidy_address

ATTEMPT_LASTS: Final = timedelta(minutes=10)
MAX_SUBJECT: Final = 255
"""OpenID Connect Core, 2: ASCII, no longer than this."""

Claims = Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to sign in, by the secret that one browser holds.

    All that the provider is sent is made of the secret, which it cannot find from that.
    """

    secret: str = field(repr=False)

    @property
    def state(self) -> str:
        """What comes back with the browser, unless somebody else has sent it."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the ID token repeats."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What the code is redeemed with (RFC 7636, 4.1)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What is told of the verifier: S256 (RFC 7636, 4.2)."""
        return _base64(sha256(self.verifier.encode()).digest())

    def is_of(self, state: str) -> bool:
        """Whether a browser that comes back with this state belongs to this attempt."""
        return _is_same(state, self.state)

    def has_nonce(self, nonce: str) -> bool:
        """Whether an ID token that repeats this was made for this attempt."""
        return _is_same(nonce, self.nonce)

    def _made(self, purpose: str) -> str:
        return _base64(digest(self.secret.encode(), purpose.encode(), sha256))


@dataclass(frozen=True, slots=True)
class VouchedIdentity:
    """Whom a provider vouches for: its own name of them, and the address that it has verified."""

    issuer: str
    subject: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """An ID token whose signature is right, and that is not for this attempt, or of nobody."""

    reason: str


def vouched_by(claims: Claims, client_id: str, attempt: Attempt) -> VouchedIdentity | Unfit:
    """Whom the claims vouch for (OpenID Connect Core, 3.1.3.7, points 4, 5 and 11).

    Issuer, audience and times were checked with the signature.
    """
    nonce, subject = claims.get("nonce"), claims.get("sub")
    if not isinstance(nonce, str) or not attempt.has_nonce(nonce):
        return Unfit("the nonce is another one")
    if claims.get("azp", client_id) != client_id:
        return Unfit("it was made for another client (azp)")
    if not isinstance(subject, str) or not _is_subject(subject):
        return Unfit("the subject is none (sub)")
    return VouchedIdentity(str(claims["iss"]), subject, _verified_address(claims))


def _is_subject(text: str) -> bool:
    return 0 < len(text) <= MAX_SUBJECT and text.isascii() and text.isprintable()


def _verified_address(claims: Claims) -> str | None:
    """In lower case; none where the provider does not say in so many words that it is verified."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    tidied = tidy_address(address)
    return None if address_fault(tidied) is not None else tidied.lower()


def _is_same(said: str, own: str) -> bool:
    """JSON may hold halves of characters, which no encoding has."""
    return compare_digest(said.encode(errors="replace"), own.encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
