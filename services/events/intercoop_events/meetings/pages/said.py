"""How values of a meeting are called on pages."""

from typing import Final

from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_contracts.events import Format

FORMATS: Final = {
    Format.VISIT: N_("Visit"),
    Format.TRAINING: N_("Short training"),
    Format.WORKSHOP: N_("Workshop"),
    Format.COMMITTEE: N_("Committee meeting"),
}


def format_names(said: Words) -> dict[str, str]:
    """What each format is called, by its value."""
    return {one.value: said.gettext(text) for one, text in FORMATS.items()}
