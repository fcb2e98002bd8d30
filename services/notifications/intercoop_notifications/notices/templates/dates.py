"""Dates in words, by the clock of Paris."""

from datetime import datetime
from typing import Final

from intercoop_chassis.clock import PARIS
from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import Schedule

_DAYS: Final = {
    Language.FR: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Language.EN: (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_MONTHS: Final = {
    Language.FR: (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def day(moment: datetime, language: Language) -> str:
    """`jeudi 3 décembre 2026`, `Thursday 3 December 2026`; the first of a month is `1er`."""
    here = moment.astimezone(PARIS)
    number = "1er" if here.day == 1 and language is Language.FR else str(here.day)
    weekday, month = _DAYS[language][here.weekday()], _MONTHS[language][here.month - 1]
    return f"{weekday} {number} {month} {here.year}"


def hour(moment: datetime, language: Language) -> str:
    """`14 h 00`, `14:00`."""
    here = moment.astimezone(PARIS)
    return f"{here.hour} h {here:%M}" if language is Language.FR else f"{here:%H:%M}"


def span(schedule: Schedule, language: Language) -> str:
    """`jeudi 3 décembre 2026 à 14 h 00 (jusqu’à 17 h 00)`, with the day of the end if another."""
    starts, ends = schedule.starts.astimezone(PARIS), schedule.ends.astimezone(PARIS)
    is_one_day = starts.date() == ends.date()
    end = hour(ends, language)
    if language is Language.FR:
        until = f"jusqu’à {end}" if is_one_day else f"jusqu’au {day(ends, language)} à {end}"
        return f"{day(starts, language)} à {hour(starts, language)} ({until})"
    until = end if is_one_day else f"{day(ends, language)} at {end}"
    return f"{day(starts, language)} at {hour(starts, language)} (until {until})"
