"""Issues the instance's own tokens (JWT, RFC 7519): sessions of people, and tokens of programs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import jwt

from intercoop_chassis.auth.identity import Role
from intercoop_chassis.auth.signing_keys import ALGORITHM, SigningKeys
from intercoop_chassis.clock import Clock, system_clock
from intercoop_contracts.ids import Ids

LIFETIME: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says: of whom it is, its session, and what its holder may do.

    `signed_in` is when somebody vouched for the person; a program's token has none, and only what
    has one can be renewed.
    """

    subject: UUID
    session: UUID
    roles: frozenset[Role] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    signed_in: datetime | None = None


def instance_name(network: str, owner: str) -> str:
    """How an instance is called in `iss` and `aud`, and where the sources of its events begin."""
    return f"/{network}/{owner}"


class TokenIssuer:
    """Signs tokens of one instance, for that instance, each valid for an hour."""

    def __init__(
        self, network: str, owner: str, keys: SigningKeys, *, clock: Clock = system_clock
    ) -> None:
        self.name = instance_name(network, owner)
        self._owner = owner
        self._ids = Ids(owner)
        self._keys = keys
        self._clock = clock

    def new_session(self) -> UUID:
        """The id of a session that begins now: it tells when, and whose it is, as every id does."""
        return self._ids.new()

    def issue(self, grant: Grant) -> str:
        """A token that begins now."""
        key, claims = self._keys.signer, self._claims(grant)
        return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.id})

    def _claims(self, grant: Grant) -> dict[str, Any]:  # Any: JSON claims
        now = self._clock()
        claims = {
            "iss": self.name,
            "aud": self.name,
            "sub": str(grant.subject),
            "sid": str(grant.session),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "owner": self._owner,
            "roles": sorted(grant.roles),
            "organisations": sorted(map(str, grant.organisations)),
        }
        if grant.signed_in:
            claims["auth_time"] = int(grant.signed_in.timestamp())
        return claims
