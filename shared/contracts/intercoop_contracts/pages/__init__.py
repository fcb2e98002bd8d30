"""The menu and the boards of the instance's pages, as data: each service says what it offers.

Only what exists is declared: a test looks each address up in its service. Texts are English keys;
the frame's catalogues have them in every language.
"""

from intercoop_contracts.pages.addresses import (
    MY_DAY,
    SESSIONS,
    SETUP,
    SIGN_IN_PAGE,
    SIGN_OUT,
    STEERING,
)
from intercoop_contracts.pages.boards import BELL, EXACT, SLOTS
from intercoop_contracts.pages.declared import SERVICES, Bell, Entry, Exact, Group, Slot, Viewer
from intercoop_contracts.pages.menu import MENU

__all__ = [
    "BELL",
    "EXACT",
    "MENU",
    "MY_DAY",
    "SERVICES",
    "SESSIONS",
    "SETUP",
    "SIGN_IN_PAGE",
    "SIGN_OUT",
    "SLOTS",
    "STEERING",
    "Bell",
    "Entry",
    "Exact",
    "Group",
    "Slot",
    "Viewer",
]
