"""People as a list shows them: names, mandates that have not ended, and who has come in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from intercoop_contracts.directory import Role


class AccountState(StrEnum):
    """Whether somebody has come in."""

    NONE = "none"
    INVITED = "invited"
    """By a link that is still good."""

    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """A role in an organisation, from a day up to, but not on, `until`."""

    organisation_id: UUID
    role: Role
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of the list, with the mandates that have not ended, and the first e-mail address."""

    id: UUID
    name: str
    state: AccountState
    mandates: tuple[HeldMandate, ...] = ()
    address: str | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Which people: those with all of these words in their name, or an address that has them.

    `organisation` and `role` are of one mandate that has not ended.
    """

    words: tuple[str, ...] = ()
    organisation: UUID | None = None
    role: Role | None = None
    state: AccountState | None = None


class Place(NamedTuple):
    """Where somebody stands in the list."""

    sort_name: str
    id: UUID
