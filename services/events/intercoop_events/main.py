"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts import events as told
from intercoop_events.api import routes
from intercoop_events.clocks import JOBS
from intercoop_events.subscribers import SUBSCRIBERS

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[
        *(told.MEETINGS, told.MEETING_SEATS),
        *(told.SEAT_REQUESTS, told.SEAT_ANSWERS, told.REGISTRATIONS),
    ],
    subscribers=SUBSCRIBERS,
    routes=[routes],
    jobs=JOBS,
)
main = command_line(SERVICE)
