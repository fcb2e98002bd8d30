"""A notice as a page shows it: in the page's language, which is its reader's choice."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Final
from uuid import UUID

from intercoop_chassis.clock import PARIS
from intercoop_chassis.pages import Templates
from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import Notice
from intercoop_notifications.notices.templates import worded

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """What a notice says, and whether it was read."""

    id: UUID
    title: str
    lines: list[str]
    why: str
    created_at: datetime
    is_read: bool

    @property
    def day(self) -> date:
        """The day in France on which it came."""
        return self.created_at.astimezone(PARIS).date()


def shown(notice: Notice, language: str) -> ShownNotice:
    """The notice in words of this language (`fr`, `en`)."""
    said = worded(notice.kind, notice.facts, Language(language))
    return ShownNotice(
        notice.id,
        said.title,
        said.text.splitlines(),
        said.why,
        notice.created_at,
        is_read=notice.read_at is not None,
    )


def by_day(notices: list[ShownNotice]) -> list[tuple[date, list[ShownNotice]]]:
    """The notices under their days, in the order in which they are given."""
    return [(day, list(some)) for day, some in groupby(notices, lambda notice: notice.day)]
