"""What services offer to boards, in their order; what a search leads to at once; the bell."""

from typing import Final

from intercoop_contracts.pages.addresses import MY_DAY, SESSIONS, STEERING
from intercoop_contracts.pages.declared import Bell, Exact, Slot

SLOTS: Final = (
    Slot(
        service="notifications",
        address="/notifications",
        text="New for you",
        name="latest",
        board="/",
    ),
    Slot(
        service="advice",
        address="/advice/requests",
        text="Who asks you for advice",
        name="asking-us",
        board="/",
    ),
    Slot(
        service="advice",
        address="/advice/requests",
        text="Your requests for advice",
        name="our-requests",
        board="/",
    ),
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
    Slot(
        service="advice",
        address="/advice/requests",
        text="Requests for advice",
        name="requests-found",
        board="/search",
    ),
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
