"""What an entry of the menu, a slot of a board and the bell are."""

from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SERVICES: Final = frozenset({"directory", "events", "advice", "notifications"})
"""Those that an instance may have: what is below `/<service>` is theirs."""

Viewer = Literal["anyone", "member", "own", "steering", "staff", "operator"]
"""Whom an entry is shown to; the route behind it decides for itself.

`own` are members who read the record of an organisation, `steering` staff and the board.
"""


class Group(StrEnum):
    """Where in the menu an entry stands."""

    TOP = "top"
    NETWORK = "network"
    SUPPORT = "support"
    INSTANCE = "instance"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str | None = Field(description="Whose it is; None for what every process serves")
    address: str = Field(pattern=r"^/[a-z/-]*$")
    text: str
    viewer: Viewer = "member"


class Entry(_Declared):
    """An entry of the menu. `short` is its text on a phone's bar, where it has four places.

    `key` is the letter that leads there after `g`. While one is on a page whose address begins with
    `covers`, this entry is the current one; without it, with its own address.
    """

    icon: str
    group: Group = Group.TOP
    short: str | None = None
    key: str | None = Field(None, pattern="^[a-z]$")
    covers: str | None = Field(None, pattern=r"^/[a-z/-]*$")


class Slot(_Declared):
    """A part of a board; `GET /<service>/parts/<name>` answers with it.

    `address` is the page that says the same at length: the link for whoever has no script.
    """

    name: str = Field(pattern="^[a-z-]+$")
    board: str = Field(pattern=r"^/[a-z/-]*$", description="The address of the board it stands on")

    @property
    def part(self) -> str:
        return f"/{self.service}/parts/{self.name}"


class Exact(BaseModel):
    """What a search leads to at once where it is nothing but this, blanks and dots apart.

    `address` is followed by what was asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    pattern: str
    address: str


class Bell(_Declared):
    """What is new for somebody, on every page: how much, the page that lists it, and a stream.

    `live` are server-sent events: parts of pages without a name, `notice` when there is a new one,
    and `changed:<slot>` when a slot says something else.
    """

    part: str
    live: str
