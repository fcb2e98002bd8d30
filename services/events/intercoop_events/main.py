"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts import events as streams
from intercoop_events.calendars import api as calendars
from intercoop_events.meetings import api as meetings, subscribers as of_meetings
from intercoop_events.registrations import api as registrations, jobs, subscribers

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[
        *(streams.MEETINGS, streams.MEETING_SEATS),
        *(streams.SEAT_REQUESTS, streams.SEAT_ANSWERS, streams.REGISTRATIONS),
    ],
    subscribers=Subscribers.together(of_meetings.SUBSCRIBERS, subscribers.SUBSCRIBERS),
    routes=[meetings.routes, registrations.routes, calendars.routes],
    jobs=jobs.JOBS,
)
main = command_line(SERVICE)
