"""Meetings as iCalendar events (RFC 5545): stable UIDs, SEQUENCE and STATUS as they should be."""

from collections.abc import Iterable
from datetime import UTC
from typing import Final

import icalendar

from intercoop_contracts.events import MeetingState
from intercoop_events.calendars.store import PersonalMeeting
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.domain.meeting import place_in_words

PRODUCT: Final = "-//Intercoop//events//FR"
_CONFIRMED: Final = "CONFIRMED"
_OF_STATE: Final = {"seated": _CONFIRMED, "cancelled": "CANCELLED"}


def organisers_calendar(organiser: str, meetings: Iterable[KnownMeeting], network: str) -> bytes:
    """The calendar of an organiser; cancelled meetings stay in it as cancelled."""
    entries = ((meeting, _CONFIRMED) for meeting in meetings)
    return _calendar(f"Rencontres : {organiser}", entries, network)


def persons_calendar(meetings: Iterable[PersonalMeeting], network: str) -> bytes:
    """The calendar of a person: tentative until they have a seat."""
    entries = ((each.meeting, _OF_STATE.get(each.state, "TENTATIVE")) for each in meetings)
    return _calendar("Mes rencontres", entries, network)


def _calendar(name: str, entries: Iterable[tuple[KnownMeeting, str]], network: str) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for meeting, status in entries:
        calendar.add_component(_event(meeting, status, network))
    content: bytes = calendar.to_ical()
    return content


def _event(meeting: KnownMeeting, status: str, network: str) -> icalendar.Event:
    view = meeting.view
    event = icalendar.Event()
    event.add("uid", f"{meeting.id}@{meeting.owner}.{network}")
    event.add("sequence", view.schedule_revision)
    event.add("dtstamp", meeting.as_of)
    event.add("last-modified", meeting.as_of)
    event.add("dtstart", view.starts.astimezone(UTC))
    event.add("dtend", view.ends.astimezone(UTC))
    event.add("summary", view.title)
    event.add("location", place_in_words(view.place))
    if view.description:
        event.add("description", view.description)
    if view.place.lat is not None and view.place.lon is not None:
        event.add("geo", (view.place.lat, view.place.lon))
    event.add("status", "CANCELLED" if view.state is MeetingState.CANCELLED else status)
    return event
