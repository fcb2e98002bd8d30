"""A notice as a page shows it: in the page's language, which is its reader's choice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.menu import N_
from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import Notice
from intercoop_notifications.notices.pages.about import About, about
from intercoop_notifications.notices.templates import worded

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
_NAMES: Final = {timedelta(0): N_("Today"), timedelta(1): N_("Yesterday")}


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """What a notice says, the page that it leads to, and whether it was read."""

    id: UUID
    title: str
    lines: list[str]
    why: str
    about: About
    created_at: datetime
    is_read: bool

    @property
    def day(self) -> date:
        """The day in France on which it came."""
        return day_in_france(self.created_at)


def shown(notice: Notice, language: str) -> ShownNotice:
    """The notice in words of this language (`fr`, `en`)."""
    said = worded(notice.kind, notice.facts, Language(language))
    return ShownNotice(
        notice.id,
        said.title,
        said.text.splitlines(),
        said.why,
        about(notice.facts),
        notice.created_at,
        is_read=notice.read_at is not None,
    )


@dataclass(frozen=True, slots=True)
class Day:
    """What came on a day; `name` is a source text where it is today or yesterday."""

    day: date
    name: str
    notices: list[ShownNotice]


def by_day(notices: list[ShownNotice], today: date) -> list[Day]:
    """The notices under their days, in the order in which they are given."""
    return [
        Day(day, _NAMES.get(today - day, ""), list(some))
        for day, some in groupby(notices, lambda notice: notice.day)
    ]
