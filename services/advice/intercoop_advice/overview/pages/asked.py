"""What the list is asked for, which is all in its address."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Query

from intercoop_chassis.http.pagination import MAX_CURSOR, PageRequest
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import address
from intercoop_contracts.advice import RequestState

LIST: Final = "/advice/requests"
LATELY: Final = timedelta(days=180)
"""So long everybody reads what helped."""

SHOWN: Final = 20
_TEXT: Final = rf"^$|{VISIBLE}"


class Tab(StrEnum):
    """Who asks us, what we asked, and what everybody asks."""

    US = "us"
    OURS = "ours"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address, read. `q` and `state` are of everybody's, `earlier` of who asks us."""

    tab: Annotated[Tab | None, Query()] = None
    q: Annotated[str, Query(max_length=200, pattern=_TEXT), SEEN] = ""
    state: Annotated[RequestState | None, Query()] = None
    earlier: Annotated[bool, Query()] = False
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def page(self) -> PageRequest:
        return PageRequest(SHOWN, self.cursor)

    def address(self, **changed: object) -> str:
        """The list with these changed, from its first page; None takes one away."""
        said = {
            "tab": self.tab,
            "q": self.q.strip() or None,
            "state": self.state,
            "earlier": "true" if self.earlier else None,
        }
        written = {
            name: None if value is None else str(value)
            for name, value in {**said, **changed}.items()
        }
        return address(LIST, written)


def tab_address(tab: Tab) -> str:
    """One of the three, as it begins."""
    return address(LIST, {"tab": tab})
