"""Tokens of made-up people, signed by the key of the instance whose people they are."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from intercoop_chassis.auth import Role, personas
from intercoop_chassis.auth.issuing import Grant, TokenIssuer
from intercoop_chassis.auth.signing_keys import SigningKeys
from intercoop_local.home import Home
from intercoop_local.platform.errors import PlatformError


class Persona(StrEnum):
    """A made-up person of an owner; each has the role of this name."""

    MEMBER = "member"
    ELECTED = "elected"
    STAFF = "staff"
    OPERATOR = "operator"


class Issuer:
    """Issues tokens of the instances that have their keys in this home."""

    def __init__(self, home: Home, network: str) -> None:
        self._home = home
        self._network = network

    def token(self, owner: str, persona: Persona) -> str:
        """A token of this persona. Raises `PlatformError` before the instance's first start."""
        return self._issue(owner, subject(owner, persona), persona, ())

    def member_token(self, owner: str, person: str, organisations: Sequence[str]) -> str:
        """A token of a person of the directory, who acts for these organisations."""
        return self._issue(owner, UUID(person), Persona.MEMBER, organisations)

    def _issue(self, owner: str, person: UUID, role: Persona, organisations: Sequence[str]) -> str:
        keys = self._home.signing_keys(owner)
        if not keys.exists():
            raise PlatformError(
                f"The instance of {owner} has no keys yet: start it once, with `intercoop up` or "
                f"`intercoop join {owner}`."
            )
        acts_for = frozenset(map(UUID, organisations))
        grant = Grant(person, uuid4(), frozenset({Role(role.value)}), acts_for)
        return TokenIssuer(self._network, owner, SigningKeys(keys)).issue(grant)


def made_up(owner: str) -> tuple[personas.Persona, ...]:
    """Everybody whom one may be at this owner's instance."""
    return tuple(
        personas.Persona(role=Role(one.value), person=subject(owner, one)) for one in Persona
    )


def subject(owner: str, persona: Persona) -> UUID:
    """The persona's id, the same on every machine."""
    return uuid5(NAMESPACE_URL, f"intercoop:{owner}:{persona}")
