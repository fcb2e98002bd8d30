"""The menu and the boards of the instance's pages, as data: each service says what it offers.

Only what exists is declared: a test looks each address up in its service. Texts are English keys;
the frame's catalogues have them in every language.
"""

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


SIGN_IN_PAGE: Final = "/directory/sign-in"
SIGN_OUT: Final = "/directory/sign-out"
"""What a form posts to, without any field: sessions are the directory's."""

SESSIONS: Final = "/directory/sessions"
"""Where one sees and ends one's sessions."""

SETUP: Final = "/directory/setup"
"""Where an operator begins, while the first run is not finished."""

MY_DAY: Final = "/my-day"
"""What waits for staff: the board of whoever advises."""

STEERING: Final = "/steering"
"""The figures of the instance, each with the list behind it."""

MENU: Final = (
    Entry(service=None, address="/", text="Home", icon="home", short="Home", key="h"),
    Entry(
        service=None,
        address=MY_DAY,
        text="My day",
        viewer="staff",
        icon="calendar-check",
        short="My day",
        key="j",
    ),
    Entry(
        service=None,
        address=STEERING,
        text="Steering",
        viewer="steering",
        icon="chart-bar",
        key="p",
    ),
    Entry(
        service="directory",
        address="/directory/organisations",
        text="Directory",
        icon="address-book",
        group=Group.NETWORK,
        short="Directory",
        key="a",
    ),
    Entry(
        service="events",
        address="/events/meetings",
        text="Meetings",
        icon="calendar-event",
        group=Group.NETWORK,
        short="Meetings",
        key="r",
    ),
    Entry(
        service="advice",
        address="/advice/requests",
        text="Peer advice",
        icon="heart-handshake",
        group=Group.SUPPORT,
        short="Peer advice",
        key="e",
        covers="/advice/",
    ),
    Entry(
        service="directory",
        address="/directory/mine",
        text="My co-operative",
        viewer="own",
        icon="building-community",
        group=Group.NETWORK,
    ),
    Entry(
        service="directory",
        address="/directory/people",
        text="People",
        viewer="staff",
        icon="users",
        group=Group.INSTANCE,
    ),
    Entry(
        service="directory",
        address="/directory/team",
        text="Team",
        viewer="staff",
        icon="users-group",
        group=Group.INSTANCE,
    ),
    Entry(
        service="directory",
        address="/directory/imports",
        text="Imports",
        viewer="staff",
        icon="table-import",
        group=Group.INSTANCE,
    ),
    Entry(
        service="notifications",
        address="/notifications/mails",
        text="Mails",
        viewer="staff",
        icon="mail",
        group=Group.INSTANCE,
    ),
    Entry(
        service="directory",
        address=SETUP,
        text="Setting up",
        viewer="operator",
        icon="adjustments",
        group=Group.INSTANCE,
    ),
)


def _of_advice(text: str, name: str, board: str) -> Slot:
    return Slot(service="advice", address="/advice/requests", text=text, name=name, board=board)


SLOTS: Final = (
    Slot(
        service="notifications",
        address="/notifications",
        text="New for you",
        name="latest",
        board="/",
    ),
    _of_advice("Who asks you for advice", "asking-us", "/"),
    _of_advice("Your requests for advice", "our-requests", "/"),
    Slot(
        service="events",
        address="/events/registrations",
        text="Your registrations",
        name="registered",
        board="/",
    ),
    Slot(
        service="events",
        address="/events/meetings",
        text="Meetings near you",
        name="coming",
        board="/",
    ),
    Slot(
        service="notifications",
        address="/notifications/mails",
        text="Mails that bounce or wait",
        viewer="staff",
        name="stuck-mails",
        board="/",
    ),
    Slot(
        service="directory",
        address="/directory/organisations",
        text="The directory",
        name="size",
        board="/",
    ),
    Slot(
        service="advice",
        address="/advice/requests",
        text="Requests without an offer",
        viewer="staff",
        name="unanswered",
        board=MY_DAY,
    ),
    Slot(
        service="events",
        address="/events/meetings",
        text="Meetings to come",
        viewer="staff",
        name="coming",
        board=MY_DAY,
    ),
    Slot(
        service="advice",
        address="/advice/requests",
        text="Requests for advice",
        viewer="steering",
        name="requests-standing",
        board=STEERING,
    ),
    Slot(
        service="directory",
        address="/directory/organisations",
        text="Members and jobs",
        viewer="steering",
        name="members",
        board=STEERING,
    ),
    Slot(
        service="directory",
        address="/directory/people",
        text="Invited to sign in",
        viewer="staff",
        name="invited",
        board=MY_DAY,
    ),
    Slot(
        service="directory",
        address="/directory/organisations",
        text="Directory",
        name="found",
        board="/search",
    ),
    Slot(
        service="events",
        address="/events/meetings",
        text="Meetings",
        name="meetings-found",
        board="/search",
    ),
    _of_advice("Requests for advice", "requests-found", "/search"),
    Slot(
        service="directory",
        address=SESSIONS,
        text="Your sessions",
        name="sessions",
        board="/me",
    ),
)

EXACT: Final = (Exact(service="directory", pattern="[0-9]{9}", address="/directory/siren/"),)

BELL: Final = Bell(
    service="notifications",
    address="/notifications",
    text="Notifications",
    part="/notifications/parts/bell",
    live="/notifications/live",
)
