"""Whom the frame's corner shows: what the person who is signed in is called, and is here."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.pages.menu import N_

_ROLES: Final = {
    Role.STAFF: N_("Team"),
    Role.OPERATOR: N_("Operations"),
    Role.ELECTED: N_("Elected"),
}
"""The first that somebody has is said; of a member nothing is."""


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """`name` is empty where nobody has said it; `role` is a source text, empty of a member."""

    name: str
    initials: str
    role: str


def person_of(request: Request) -> SignedInPerson | None:
    """Who is signed in; None where nobody is."""
    who = getattr(request.state, "who", None)
    if not isinstance(who, Identity):
        return None
    name: str = getattr(request.state, "name", "")
    role = next((text for role, text in _ROLES.items() if role in who.roles), "")
    return SignedInPerson(name, initials_of(name), role)


def initials_of(name: str) -> str:
    """Those of the first word and of the last: « Nadia Berthier » → « NB »."""
    words = name.split()
    ends = (words[0], words[-1]) if len(words) > 1 else tuple(words)
    return "".join(word[0] for word in ends).upper()
