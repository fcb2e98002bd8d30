"""Who can be invited to sign in, and what stands in the way of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_contracts.directory import MandateView
from intercoop_directory.roster.domain.listed import AccountState
from intercoop_directory.standings.domain.rights import Instance, rights_at

MOST_AT_ONCE: Final = 40
"""People who are invited together: a page of the list."""


class Obstacle(StrEnum):
    """Why nobody is invited: the first reason that there is."""

    ACTIVE = "active"
    NO_MANDATE = "no-mandate"
    """Nothing would let them in, today or later: the link would open nothing."""

    NO_ADDRESS = "no-address"
    TOO_OFTEN = "too-often"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who may be invited, by which address, and how far that has come.

    An invitation that is still good has `invited_at` and `good_until`.
    """

    person_id: UUID
    name: str
    state: AccountState
    address: str | None = None
    obstacle: Obstacle | None = None
    invited_at: datetime | None = None
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """To whom invitations leave, and to whom none does, by their ids."""

    to: tuple[UUID, ...]
    not_to: tuple[UUID, ...]


def may_come_in(mandates: Sequence[MandateView], instance: Instance, day: date) -> bool:
    """Whether these mandates allow anything in the instance on the day, or later."""
    days = {day, *(mandate.since for mandate in mandates if mandate.since > day)}
    return any(rights_at(each, mandates, instance).any for each in days)
