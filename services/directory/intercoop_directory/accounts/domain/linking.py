"""Whose an address is: what links a person to it, the first time and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AddressHolder:
    """A person whose contact points name the address.

    `is_verified` of who has signed in by it, `is_linked` of who has by whatever address.
    """

    person_id: UUID
    is_verified: bool = False
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class AddressUse:
    """All that is known of an address: its holders, and whether it is an organisation's contact."""

    holders: Sequence[AddressHolder] = ()
    is_public: bool = False


def linked_person(use: AddressUse) -> UUID | None:
    """Who signs in by an address: the only person who holds it, if it is no organisation's.

    Somebody who is linked signs in by verified addresses alone: one that was written into their
    record since proves nothing.
    """
    if use.is_public or len(use.holders) != 1:
        return None
    (holder,) = use.holders
    return holder.person_id if holder.is_verified or not holder.is_linked else None


def rescued_person(use: AddressUse) -> UUID | None:
    """Whom the settings mean by an address: the only person who holds it, if there is one."""
    return use.holders[0].person_id if len(use.holders) == 1 else None
