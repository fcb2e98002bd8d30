"""Who calls: a token of this very instance, checked, and what its holder may do."""

from intercoop_chassis.auth.authority import Authority
from intercoop_chassis.auth.caller import Caller, Operator, Staff, Steering
from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.auth.rights import ANYONE, BY_LINK, MEMBER, STEERING, Right

__all__ = [
    "ANYONE",
    "BY_LINK",
    "MEMBER",
    "STEERING",
    "Authority",
    "Caller",
    "Identity",
    "Operator",
    "Right",
    "Role",
    "Staff",
    "Steering",
]
