"""What the agenda is asked for, which is all in its address: so it can be kept and sent on."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Query

from intercoop_chassis.clock import PARIS, day_in_france
from intercoop_chassis.http.pagination import MAX_CURSOR, PageRequest
from intercoop_chassis.http.texts import SEEN, VISIBLE, Slug
from intercoop_chassis.pages import address
from intercoop_contracts.events import Format
from intercoop_events.agenda.pages.weeks import next_month
from intercoop_events.meetings.store.known import Around, MeetingFilter

LIST: Final = "/events/meetings"
RADII_KM: Final = (10, 25, 50, 100, 150, 250, 500)
USUAL_KM: Final = 50
PAST: Final = timedelta(days=2 * 366)
"""How far back the list of past meetings goes."""

_TEXT: Final = rf"^$|{VISIBLE}"
_MONTH: Final = "^(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])$"


class View(StrEnum):
    """How the meetings are shown."""

    LIST = "list"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """The agenda's address, read. `near` is a commune as it was typed."""

    q: Annotated[str, Query(max_length=200, pattern=_TEXT), SEEN] = ""
    near: Annotated[str, Query(max_length=100, pattern=_TEXT), SEEN] = ""
    km: Annotated[int, Query(ge=1, le=1_000)] = USUAL_KM
    owner: Annotated[Slug | None, Query()] = None
    format: Annotated[Format | None, Query()] = None
    view: Annotated[View, Query()] = View.LIST
    month: Annotated[str | None, Query(pattern=_MONTH)] = None
    past: Annotated[bool, Query()] = False

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked that may leave meetings out."""
        usual = replace(self, km=USUAL_KM, view=View.LIST, month=None, past=False)
        return usual != Asked()

    def first_of_month(self, now: datetime) -> date:
        """The first day of the month that is shown."""
        if self.month is None:
            return day_in_france(now).replace(day=1)
        return date.fromisoformat(f"{self.month}-01")

    def filters(self, now: datetime, around: tuple[float, float] | None) -> MeetingFilter:
        since, until, over_by = now, None, None
        if self.view is View.MONTH:
            first = self.first_of_month(now)
            since, until = _midnight(first), _midnight(next_month(first))
        elif self.past:
            since, over_by = now - PAST, now
        return MeetingFilter(
            since=since,
            until=until,
            owner=self.owner,
            format=self.format,
            around=Around(*around, self.km) if around else None,
            words=self.q.strip() or None,
            over_by=over_by,
        )

    def address(self, **changed: object) -> str:
        """The agenda with these changed; None takes one away, the page is the first."""
        return address(LIST, {**self.query, **_written(changed)})

    @property
    def query(self) -> Mapping[str, str | None]:
        """The parameters that are not as they are without being said."""
        usual = Asked()
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return _written(
            {name: value for name, value in said.items() if value != getattr(usual, name)}
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the list a page shows."""

    limit: Annotated[int, Query(ge=1, le=100)] = 30
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def request(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)


def _written(values: dict[str, object]) -> dict[str, str | None]:
    return {
        name: _text(value) if value not in {None, ""} else None for name, value in values.items()
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _midnight(day: date) -> datetime:
    """The beginning of a day in France, which has 23 to 25 hours."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)
