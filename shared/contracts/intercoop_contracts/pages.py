"""The menu and the boards of the instance's pages, as data: each service says what it offers.

Only what exists is declared: a test looks each address up in its service. Texts are English keys;
the frame's catalogues have them in every language.
"""

from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Viewer = Literal["anyone", "member", "staff", "operator"]
"""Whom an entry is shown to; the route behind it decides for itself."""


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
    """An entry of the menu. `short` is its text on a phone's bar, where it has four places."""

    icon: str
    group: Group = Group.TOP
    short: str | None = None


class Slot(_Declared):
    """A part of a board; `GET /<service>/parts/<name>` answers with it.

    `address` is the page that says the same at length: the link for whoever has no script.
    """

    name: str = Field(pattern="^[a-z-]+$")
    board: str = Field(pattern=r"^/[a-z/-]*$", description="The address of the board it stands on")

    @property
    def part(self) -> str:
        return f"/{self.service}/parts/{self.name}"


MENU: Final = (
    Entry(service=None, address="/", text="Home", icon="home", short="Home"),
    Entry(
        service="directory",
        address="/directory/organisations",
        text="Directory",
        icon="address-book",
        group=Group.NETWORK,
        short="Directory",
    ),
)

SLOTS: Final = (
    Slot(
        service="directory",
        address="/directory/organisations",
        text="The directory",
        name="size",
        board="/",
    ),
)
