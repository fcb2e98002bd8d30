"""The notifications service, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.jobs import Jobs
from intercoop_chassis.mail import mail_server
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_notifications.mails import (
    api as mails,
    jobs as mailing,
    pages as sent,
    subscribers as to_mail,
)
from intercoop_notifications.notices import api as notices, jobs, pages, subscribers as to_tell
from intercoop_notifications.preferences import api as preferences, pages as choices, subscribers
from intercoop_notifications.settings import NotificationsSettings

READS = (subscribers.SUBSCRIBERS, to_tell.SUBSCRIBERS, to_mail.SUBSCRIBERS)
SERVICE = Service(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    subscribers=Subscribers.together(*READS),
    routes=[preferences.routes, notices.routes, mails.routes],
    pages=[pages.pages, choices.pages, sent.pages],
    jobs=Jobs.together(jobs.JOBS, mailing.JOBS),
    settings=NotificationsSettings,
    checks={"mail server": mail_server, jobs.WHAT: jobs.withheld_notices},
)
main = command_line(SERVICE)
