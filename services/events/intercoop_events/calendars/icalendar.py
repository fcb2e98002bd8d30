"""Meetings as iCalendar events (RFC 5545): stable UIDs, SEQUENCE and STATUS as they should be."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

import icalendar

from intercoop_contracts.events import MeetingState
from intercoop_events.calendars.store import Entry

PRODUCT: Final = "-//Intercoop//events//FR"
MAX_DESCRIPTION: Final = 600
"""Letters; whoever wants to read more finds the meeting by its name."""

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of all calendars that are kept as they were written."""

_CONFIRMED: Final = "CONFIRMED"
_OF_REGISTRATION: Final = {"seated": _CONFIRMED, "cancelled": "CANCELLED", None: _CONFIRMED}


_WRITTEN: Final = 2
"""Counts the ways in which this module has written calendars: another way, another ETag."""

_ESCAPED: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class _Text(icalendar.vText):
    """TEXT as RFC 5545, 3.3.11 has it. The library takes a backslash before an N for a line end."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        lines = str(self).replace("\r\n", "\n").replace("\r", "\n")
        return lines.translate(_ESCAPED).encode()


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is to be written: of a person where the entries have registrations."""

    name: str
    network: str
    entries: Sequence[Entry]

    @property
    def etag(self) -> str:
        """The same as long as what is written is the same."""
        digest = hashlib.sha256(f"{_WRITTEN} {PRODUCT} {self.network} {self.name}".encode())
        for entry in self.entries:
            state = (entry.id, entry.version, entry.registration, entry.sequence, entry.as_of)
            digest.update(repr(state).encode())
        return f'"{digest.hexdigest()[:32]}"'


class Calendars:
    """Writes calendars in a thread, one at a time, and keeps the newest ones.

    So whoever asks for a calendar that is as it was, or asks often, costs next to nothing.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._writing = asyncio.Lock()

    async def written(self, calendar: Calendar, etag: str) -> bytes:
        """The calendar with this ETag as iCalendar, kept or new."""
        async with self._writing:
            kept = self._kept.pop(etag, None)
            content = await asyncio.to_thread(write, calendar) if kept is None else kept
            self._kept[etag] = content
            while sum(map(len, self._kept.values())) > MOST_BYTES:
                self._kept.popitem(last=False)
            return content


def write(calendar: Calendar) -> bytes:
    """The calendar as iCalendar; cancelled meetings stay in it as cancelled.

    A person's are tentative until they have a seat.
    """
    written = icalendar.Calendar()
    written.add("prodid", PRODUCT)
    written.add("version", "2.0")
    written.add("name", calendar.name)
    written.add("x-wr-calname", calendar.name)
    for entry in calendar.entries:
        written.add_component(_event(entry, calendar.network))
    content: bytes = written.to_ical()
    return content


def _event(entry: Entry, network: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.id}@{entry.owner}.{network}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.as_of)
    event.add("last-modified", entry.as_of)
    event.add("dtstart", entry.starts.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", _Text(entry.title))
    event.add("location", _Text(", ".join(filter(None, (entry.venue, entry.commune)))))
    if entry.description:
        event.add("description", _Text(_cut(entry.description)))
    if entry.position:
        event.add("geo", entry.position)
    event.add("status", _status(entry))
    return event


def _cut(description: str) -> str:
    if len(description) <= MAX_DESCRIPTION:
        return description
    return description[: MAX_DESCRIPTION - 1].rstrip() + "…"


def _status(entry: Entry) -> str:
    if entry.state == MeetingState.CANCELLED:
        return "CANCELLED"
    return _OF_REGISTRATION.get(entry.registration, "TENTATIVE")
