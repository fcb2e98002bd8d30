"""What a role allows, in words for whoever lacks it."""

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import ForbiddenError


def check_staff(who: Identity, owner: str) -> None:
    """Raise `ForbiddenError` unless the caller is staff of this owner."""
    if not who.is_staff_of(owner):
        raise _forbidden("staff", who, owner)


def check_operator(who: Identity, owner: str) -> None:
    """Raise `ForbiddenError` unless the caller operates this owner's instance."""
    if not who.is_operator_of(owner):
        raise _forbidden("operators", who, owner)


def check_steering(who: Identity, owner: str) -> None:
    """Raise `ForbiddenError` unless the caller is staff of this owner, or on its board."""
    if not who.steers(owner):
        raise _forbidden("staff and the board", who, owner)


def _forbidden(whom: str, who: Identity, owner: str) -> ForbiddenError:
    roles = ", ".join(sorted(who.roles)) or "none"
    return ForbiddenError(f"Only {whom} of {owner} may do this, and your roles are: {roles}")
