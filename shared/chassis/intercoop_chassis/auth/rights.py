"""Who may call a route, as its own signature says."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from fastapi import Depends
from fastapi.dependencies.models import Dependant

from intercoop_chassis.auth.caller import member, operator, staff, steering
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.auth.permission import check_operator, check_staff, check_steering


class Right(StrEnum):
    """Whom a route lets in; what it lets them do there is the route's own business."""

    ANYONE = "anyone"
    LINK = "by link"
    MEMBER = "member"
    STAFF = "staff"
    OPERATOR = "operator"
    STEERING = "steering"


class UndeclaredError(TypeError):
    """A route says nothing, or two things, about who may call it."""


async def _anyone() -> None:
    """Lets everybody in."""


async def _by_link() -> None:
    """Lets in by a capability URL: the address holds a secret, which the route looks up."""


ANYONE: Final = Depends(_anyone)
"""For a route that asks no token: `@router.get(..., dependencies=[ANYONE])`."""

BY_LINK: Final = Depends(_by_link)
"""For a route whose address is the secret: `@router.get(..., dependencies=[BY_LINK])`."""

MEMBER: Final = Depends(member)
"""For a route that does not look at its caller: `@router.get(..., dependencies=[MEMBER])`."""

STEERING: Final = Depends(steering)
"""The same for one that shows figures of the whole instance."""

_DECLARED: Final = {
    _anyone: Right.ANYONE,
    _by_link: Right.LINK,
    member: Right.MEMBER,
    staff: Right.STAFF,
    operator: Right.OPERATOR,
    steering: Right.STEERING,
}
_WITHOUT_TOKEN: Final = frozenset({Right.ANYONE, Right.LINK})


def right_of(dependant: Dependant) -> Right:
    """The right that a route asks for, the narrowest where its parts ask for several.

    Raises `UndeclaredError` for a route that declares none, or one with and one without a token.
    """
    found = {_DECLARED[part.call] for part in _parts(dependant) if part.call in _DECLARED}
    if found & {Right.STAFF, Right.OPERATOR, Right.STEERING}:
        found.discard(Right.MEMBER)
    if len(found) != 1:
        said = " and ".join(sorted(found)) or "nothing"
        raise UndeclaredError(
            f"{dependant.path} says {said} of who may call it: take a Caller, Staff, Operator or "
            "Steering, or give dependencies=[ANYONE] or [BY_LINK]"
        )
    return found.pop()


def check_right(right: Right, who: Identity | Exception, owner: str) -> None:
    """Raise the error of a caller who lacks this right at this owner's instance."""
    if right in _WITHOUT_TOKEN:
        return
    if isinstance(who, Exception):
        raise who
    if right is Right.STAFF:
        check_staff(who, owner)
    if right is Right.OPERATOR:
        check_operator(who, owner)
    if right is Right.STEERING:
        check_steering(who, owner)


def _parts(dependant: Dependant) -> Iterator[Dependant]:
    for part in dependant.dependencies:
        yield part
        yield from _parts(part)
