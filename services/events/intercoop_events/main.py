"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.events import (
    MEETING_SEATS,
    MEETINGS,
    REGISTRATIONS,
    SEAT_ANSWERS,
    SEAT_REQUESTS,
)
from intercoop_events.api import routes
from intercoop_events.clocks import TIMERS
from intercoop_events.subscribers import SUBSCRIBERS

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[MEETINGS, MEETING_SEATS, SEAT_REQUESTS, SEAT_ANSWERS, REGISTRATIONS],
    subscribers=SUBSCRIBERS,
    routes=routes,
    timers=TIMERS,
)
main = command_line(SERVICE)
