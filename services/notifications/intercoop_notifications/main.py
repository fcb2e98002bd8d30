"""The notifications service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_notifications.mails import api as mails
from intercoop_notifications.mails.jobs import OUTGOING
from intercoop_notifications.mails.subscribers import SUBSCRIBERS as MAILS
from intercoop_notifications.notices import api as notices
from intercoop_notifications.notices.jobs import TIMERS
from intercoop_notifications.notices.subscribers import SUBSCRIBERS as NOTICES
from intercoop_notifications.preferences import api as preferences, pages as stop
from intercoop_notifications.preferences.subscribers import SUBSCRIBERS as PREFERENCES

SERVICE = Service(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    subscribers=Subscribers.together(PREFERENCES, NOTICES, MAILS),
    routes=[preferences.routes, stop.routes, notices.routes, mails.routes],
    timers=TIMERS,
    outgoing=OUTGOING,
)
main = command_line(SERVICE)
