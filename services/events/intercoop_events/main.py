"""The events service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.catalogue import STREAMS
from intercoop_events.edges import JOBS, PAGES, ROUTES, SUBSCRIBERS
from intercoop_events.settings import EventsSettings

SERVICE = Service(
    name="events",
    migrations=Path(__file__).parent / "migrations",
    publishes=[stream for stream in STREAMS if stream.publisher == "events"],
    subscribers=SUBSCRIBERS,
    routes=ROUTES,
    pages=PAGES,
    jobs=JOBS,
    settings=EventsSettings,
)
main = command_line(SERVICE)
