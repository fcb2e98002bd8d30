"""Who calls, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn
from uuid import UUID


class Role(StrEnum):
    """What somebody is in this instance."""

    MEMBER = "member"
    ELECTED = "elected"
    STAFF = "staff"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: a person's or a program's id, the owner whose instance it is, and their rights.

    `organisations` are those in whose name they may act, `reads` those whose record they read, the
    former among them; whoever `sees_steering` is shown the figures of the union. Endpoints take a
    `Caller`, `Staff` or `Operator`, never an `Identity` itself: it would be read from the request's
    body.
    """

    subject: UUID
    owner: str
    roles: frozenset[Role] = frozenset()
    organisations: frozenset[UUID] = frozenset()
    reads: frozenset[UUID] = frozenset()
    sees_steering: bool = False

    def is_staff_of(self, owner: str) -> bool:
        return self.owner == owner and Role.STAFF in self.roles

    def is_operator_of(self, owner: str) -> bool:
        return self.owner == owner and Role.OPERATOR in self.roles

    def steers(self, owner: str) -> bool:
        """Whether the figures of this owner are shown to them: to its staff, and to its board."""
        return self.owner == owner and (self.sees_steering or Role.STAFF in self.roles)

    def acts_for(self, organisation: UUID) -> bool:
        return organisation in self.organisations

    def reads_record_of(self, organisation: UUID) -> bool:
        return organisation in self.reads or self.acts_for(organisation)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> NoReturn:
        raise TypeError("An Identity is looked up for a token: declare the parameter as Caller")
