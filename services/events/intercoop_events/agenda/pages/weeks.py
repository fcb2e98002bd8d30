"""Meetings by week, and as a month's table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from intercoop_chassis.clock import day_in_france
from intercoop_events.meetings.domain.known_meeting import KnownMeeting


@dataclass(frozen=True, slots=True)
class Week:
    """Meetings that begin in one week; those that began before stand in the first one."""

    monday: date
    meetings: tuple[KnownMeeting, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month's table; `is_within` says whether it is of that very month."""

    day: date
    is_within: bool
    meetings: tuple[KnownMeeting, ...]


def by_week(meetings: Sequence[KnownMeeting], today: date) -> Iterator[Week]:
    """Weeks from Monday on, in the order of the meetings; what goes on is this week's."""
    for monday, group in groupby(meetings, lambda known: _monday(max(_day(known), today))):
        yield Week(monday, tuple(group))


def by_week_back(meetings: Sequence[KnownMeeting]) -> Iterator[Week]:
    """Weeks of what is over, in the order of the meetings."""
    for monday, group in groupby(meetings, lambda known: _monday(_day(known))):
        yield Week(monday, tuple(group))


def month_of(first: date, meetings: Sequence[KnownMeeting]) -> list[list[Day]]:
    """The weeks of a month, whose first day that is, with the meetings that begin on each day."""
    found: dict[date, list[KnownMeeting]] = {}
    for known in meetings:
        found.setdefault(_day(known), []).append(known)
    weeks, monday = [], _monday(first)
    while monday < next_month(first):
        days = [monday + timedelta(days=number) for number in range(7)]
        weeks.append(
            [Day(day, day.month == first.month, tuple(found.get(day, ()))) for day in days]
        )
        monday += timedelta(days=7)
    return weeks


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _day(known: KnownMeeting) -> date:
    return day_in_france(known.view.starts)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
