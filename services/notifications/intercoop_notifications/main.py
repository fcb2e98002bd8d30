"""The notifications service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_notifications.edges import CHECKS, JOBS, PAGES, ROUTES, SUBSCRIBERS
from intercoop_notifications.settings import NotificationsSettings

SERVICE = Service(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    subscribers=SUBSCRIBERS,
    routes=ROUTES,
    pages=PAGES,
    jobs=JOBS,
    settings=NotificationsSettings,
    checks=CHECKS,
)
main = command_line(SERVICE)
