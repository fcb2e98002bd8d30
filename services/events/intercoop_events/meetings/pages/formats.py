"""What is usual for a meeting of each format: the form is filled in with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from intercoop_chassis.pages.menu import N_
from intercoop_contracts.events import Format


@dataclass(frozen=True, slots=True)
class Usual:
    """How long it lasts, for how many, and the beginning of its text."""

    lasts: timedelta
    seats: int
    text: str


USUAL: Final = {
    Format.VISIT: Usual(
        timedelta(hours=3),
        12,
        N_("Welcome and a tour of the workshop. What we do, with whom, how we decide. Questions."),
    ),
    Format.TRAINING: Usual(
        timedelta(hours=2),
        16,
        N_("What you will know afterwards. What to bring. No knowledge is needed before."),
    ),
    Format.WORKSHOP: Usual(
        timedelta(hours=3),
        12,
        N_("The question we work on together. Who has tried what. What each takes home."),
    ),
    Format.COMMITTEE: Usual(
        timedelta(hours=2),
        20,
        N_("Agenda: news of everybody; decisions to take; the next meeting."),
    ),
}
