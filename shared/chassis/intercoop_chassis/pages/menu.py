"""The menu as a visitor sees it, made of what services declare."""

from collections.abc import Iterator
from dataclasses import dataclass

from intercoop_chassis.auth.identity import Identity
from intercoop_contracts.pages import MENU, Entry, Group, Viewer

N_ = str
"""Marks a text for the catalogues where it is not shown yet."""

HEADINGS = {
    Group.TOP: "",
    Group.NETWORK: N_("The network"),
    Group.SUPPORT: N_("Support"),
    Group.INSTANCE: N_("The instance"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading, which is a source text; the first section has none."""

    heading: str
    entries: tuple[Entry, ...]


def sections(who: Identity | None, owner: str) -> list[Section]:
    """What this visitor may see of the menu."""
    return list(_sections(who, owner))


def short_entries(who: Identity | None, owner: str) -> list[Entry]:
    """The four places of a phone's bar; where there are more, home is left to the brand."""
    shown = [entry for section in sections(who, owner) for entry in section.entries if entry.short]
    return shown[-4:]


def is_shown(viewer: Viewer, who: Identity | None, owner: str) -> bool:
    """Whether what is for `viewer` is shown to `who`."""
    if viewer == "anyone" or who is None:
        return viewer == "anyone"
    return {
        "member": True,
        "own": bool(who.reads or who.organisations),
        "steering": who.steers(owner),
        "staff": who.is_staff_of(owner),
        "operator": who.is_operator_of(owner),
    }[viewer]


def _sections(who: Identity | None, owner: str) -> Iterator[Section]:
    for group, heading in HEADINGS.items():
        entries = tuple(
            entry for entry in MENU if entry.group is group and is_shown(entry.viewer, who, owner)
        )
        if entries:
            yield Section(heading, entries)
