"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.jobs import Jobs
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.catalogue import STREAMS
from intercoop_events.calendars import api as calendars
from intercoop_events.meetings import api as meetings, jobs as seats, subscribers as of_meetings
from intercoop_events.registrations import api as registrations, jobs, subscribers
from intercoop_events.settings import EventsSettings

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[stream for stream in STREAMS if stream.publisher == "events"],
    subscribers=Subscribers.together(of_meetings.SUBSCRIBERS, subscribers.SUBSCRIBERS),
    routes=[meetings.routes, registrations.routes, calendars.routes],
    jobs=Jobs.together(seats.JOBS, jobs.JOBS),
    settings=EventsSettings,
)
main = command_line(SERVICE)
