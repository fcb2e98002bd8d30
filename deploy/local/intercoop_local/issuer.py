"""Tokens of programs, signed by the key of the instance that they are for."""

from collections.abc import Sequence
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from intercoop_chassis.auth import Role
from intercoop_chassis.auth.issuing import TokenContent, TokenIssuer
from intercoop_chassis.auth.signing_keys import SigningKeys
from intercoop_local.home import Home
from intercoop_local.platform.errors import PlatformError

ROLES: Final = tuple(Role)


class Issuer:
    """Issues tokens of the instances that have their keys in this home."""

    def __init__(self, home: Home, network: str) -> None:
        self._home = home
        self._network = network

    def token(self, owner: str, role: Role) -> str:
        """A token with this role. Raises `PlatformError` before the instance's first start."""
        return self._issue(owner, subject(owner, role), role, ())

    def member_token(self, owner: str, person: str, organisations: Sequence[str]) -> str:
        """A token by which a program does what a person would, for these organisations."""
        return self._issue(owner, UUID(person), Role.MEMBER, organisations)

    def _issue(self, owner: str, who: UUID, role: Role, organisations: Sequence[str]) -> str:
        keys = self._home.signing_keys(owner)
        if not keys.exists():
            raise PlatformError(
                f"The instance of {owner} has no keys yet: start it once, with `intercoop up` or "
                f"`intercoop join {owner}`."
            )
        content = TokenContent(who, uuid4(), frozenset({role}), frozenset(map(UUID, organisations)))
        return TokenIssuer(self._network, owner, SigningKeys(keys)).issue(content)


def subject(owner: str, role: Role) -> UUID:
    """Whose a program's token with this role is, the same on every machine."""
    return uuid5(NAMESPACE_URL, f"intercoop:{owner}:{role}")
