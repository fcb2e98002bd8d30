"""Issues the instance's own tokens (JWT, RFC 7519): sessions of people, and tokens of programs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import jwt

from intercoop_chassis.auth.identity import Role
from intercoop_chassis.auth.signing_keys import ALGORITHM, SigningKeys
from intercoop_chassis.clock import Clock, system_clock

LIFETIME: Final = timedelta(hours=1)
MAX_NAME: Final = 80
"""Of a name so many characters are in a token: a cookie has 4,096 bytes at most."""


@dataclass(frozen=True, slots=True)
class TokenContent:
    """What a token says: of whom it is, and its session; of a program, what it may do.

    `signed_in` is when somebody vouched for the person; a program's token has none, and only what
    has one can be renewed. What a person may do is in no token: it is looked up. `name` is the
    person's, for their own pages alone; empty where nobody has said it.
    """

    subject: UUID
    session: UUID
    roles: frozenset[Role] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    signed_in: datetime | None = None
    name: str = ""


def instance_name(network: str, owner: str) -> str:
    """How an instance is called in `iss` and `aud`, and where the sources of its events begin."""
    return f"/{network}/{owner}"


class TokenIssuer:
    """Signs tokens of one instance, for that instance, each valid for an hour."""

    def __init__(
        self, network: str, owner: str, keys: SigningKeys, *, clock: Clock = system_clock
    ) -> None:
        self.name = instance_name(network, owner)
        self._keys = keys
        self._clock = clock

    def issue(self, content: TokenContent) -> str:
        """A token that begins now."""
        key, claims = self._keys.signer, self._claims(content)
        return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.id})

    def _claims(self, content: TokenContent) -> dict[str, Any]:  # Any: JSON claims
        now = self._clock()
        claims: dict[str, Any] = {  # Any: as above
            "iss": self.name,
            "aud": self.name,
            "sub": str(content.subject),
            "sid": str(content.session),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        if content.signed_in:
            named = {"name": content.name[:MAX_NAME]} if content.name else {}
            return claims | named | {"auth_time": int(content.signed_in.timestamp())}
        return claims | {
            "roles": sorted(content.roles),
            "organisations": sorted(map(str, content.organisations)),
        }
