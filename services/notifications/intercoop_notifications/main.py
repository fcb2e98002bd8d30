"""The notifications service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_notifications.api import routes
from intercoop_notifications.clocks import JOBS
from intercoop_notifications.gateways import mail_server
from intercoop_notifications.settings import NotificationsSettings
from intercoop_notifications.subscribers import SUBSCRIBERS

SERVICE = Service(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    subscribers=SUBSCRIBERS,
    routes=[routes],
    jobs=JOBS,
    settings=NotificationsSettings,
    checks={"mail server": mail_server},
)
main = command_line(SERVICE)
