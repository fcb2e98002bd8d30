"""What a token says of its holder."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn
from uuid import UUID


class Role(StrEnum):
    """What somebody does in the network, in the instance that their token names."""

    MEMBER = "member"
    ELECTED = "elected"
    STAFF = "staff"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: the person's id, the owner whose person they are, and what they are there.

    `organisations` are those in whose name they may act. Endpoints take a `Caller`, `Staff` or
    `Operator`, never an `Identity` itself: it would be read from the request's body.
    """

    subject: UUID
    owner: str
    roles: frozenset[Role] = frozenset()
    organisations: frozenset[UUID] = frozenset()

    def is_staff_of(self, owner: str) -> bool:
        return self.owner == owner and Role.STAFF in self.roles

    def is_operator_of(self, owner: str) -> bool:
        return self.owner == owner and Role.OPERATOR in self.roles

    def acts_for(self, organisation: UUID) -> bool:
        return organisation in self.organisations

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> NoReturn:
        raise TypeError("An Identity comes from a token: declare the parameter as Caller")
