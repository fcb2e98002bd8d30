"""What the list is asked for, which is all in its address."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from intercoop_chassis.http import PageRequest
from intercoop_chassis.http.pagination import MAX_CURSOR
from intercoop_chassis.pages import address

LIST: Final = "/notifications"
USUAL: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address, read: those that are unread, or all, and from where on."""

    unread: Annotated[bool, Query()] = False
    limit: Annotated[int, Query(ge=1, le=100)] = USUAL
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def page(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)

    def address(self, path: str = LIST, **changed: str | None) -> str:
        """A page's address that leads back to this part of the list, or with these changed."""
        here = {
            "unread": "true" if self.unread else None,
            "limit": str(self.limit) if self.limit != USUAL else None,
            "cursor": self.cursor,
        }
        return address(path, {**here, **changed})

    def of(self, notice_id: UUID, what: str) -> str:
        """What is posted to do something with one of the list."""
        return self.address(f"{LIST}/{notice_id}/{what}")

    def at(self, notice_id: UUID) -> str:
        """That part of the list, where one of it stands."""
        return f"{self.address()}#{fragment(notice_id)}"


def fragment(notice_id: UUID) -> str:
    """The id of a notice's element."""
    return f"n-{notice_id}"
