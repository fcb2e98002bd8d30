"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts import events as told
from intercoop_events.meetings.api import routes
from intercoop_events.meetings.subscribers import SUBSCRIBERS
from intercoop_events.registrations.jobs import TIMERS

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[
        *(told.MEETINGS, told.MEETING_SEATS),
        *(told.SEAT_REQUESTS, told.SEAT_ANSWERS, told.REGISTRATIONS),
    ],
    subscribers=SUBSCRIBERS,
    routes=[routes],
    timers=TIMERS,
)
main = command_line(SERVICE)
