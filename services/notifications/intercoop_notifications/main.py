"""The notifications service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_notifications.mails.jobs import OUTGOING, TIMERS
from intercoop_notifications.mails.subscribers import SUBSCRIBERS
from intercoop_notifications.notices.api import routes

SERVICE = Service(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    subscribers=SUBSCRIBERS,
    routes=[routes],
    timers=TIMERS,
    outgoing=OUTGOING,
)
main = command_line(SERVICE)
