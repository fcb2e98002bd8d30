"""The entries of the menu, in their order."""

from typing import Final

from intercoop_contracts.pages.addresses import MY_DAY, SETUP, STEERING
from intercoop_contracts.pages.declared import Entry, Group

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
