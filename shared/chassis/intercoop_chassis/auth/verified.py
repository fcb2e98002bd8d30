"""Tokens whose signature was verified, so that it is not computed again for each request."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from jwt import PyJWK

from intercoop_chassis.auth.identity import Identity

MOST_TOKENS: Final = 4_096


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """Who holds a token, its session, the key that verified it, and when it is valid (seconds).

    `key_id` is the `kid` by which the token names the key; a program's token has no `signed_in`
    and no `name`.
    """

    identity: Identity
    session: UUID
    issued_at: datetime
    signed_in: datetime | None
    key_id: str | None
    key: PyJWK
    valid_from: float
    valid_until: float
    name: str = ""

    def is_valid_at(self, now: float) -> bool:
        return self.valid_from <= now < self.valid_until


class VerifiedTokens:
    """The tokens used last, by the digest of their whole text: no token itself is kept."""

    def __init__(self, most: int = MOST_TOKENS) -> None:
        self._most = most
        self._tokens: OrderedDict[bytes, VerifiedToken] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tokens)

    def get(self, token: str) -> VerifiedToken | None:
        digest = _digest(token)
        verified = self._tokens.get(digest)
        if verified is not None:
            self._tokens.move_to_end(digest)
        return verified

    def add(self, token: str, verified: VerifiedToken) -> None:
        digest = _digest(token)
        self._tokens[digest] = verified
        self._tokens.move_to_end(digest)
        if len(self._tokens) > self._most:
            self._tokens.popitem(last=False)

    def forget(self, token: str) -> None:
        self._tokens.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
