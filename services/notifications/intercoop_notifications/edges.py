"""What notifications hears of, what it answers to programs and people, and does in time."""

from typing import Final

from intercoop_chassis.jobs import Jobs
from intercoop_chassis.mail import mail_server
from intercoop_chassis.subscribers import Subscribers
from intercoop_notifications.mails import (
    api as mails,
    jobs as mailing,
    pages as sent,
    subscribers as to_mail,
)
from intercoop_notifications.notices import api as notices, jobs, pages, subscribers as to_tell
from intercoop_notifications.preferences import api as preferences, pages as choices, subscribers

SUBSCRIBERS: Final = Subscribers.together(
    subscribers.SUBSCRIBERS, to_tell.SUBSCRIBERS, to_mail.SUBSCRIBERS
)
ROUTES: Final = (preferences.routes, notices.routes, mails.routes)
PAGES: Final = (pages.pages, choices.pages, sent.pages)
JOBS: Final = Jobs.together(jobs.JOBS, mailing.JOBS)
CHECKS: Final = {"mail server": mail_server, jobs.WHAT: jobs.withheld_notices}
