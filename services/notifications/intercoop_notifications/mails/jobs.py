"""What leaves the instance: mails."""

from typing import Final

from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.mail import Sender, SmtpServer
from intercoop_notifications.mails import handlers
from intercoop_notifications.mails.gateways import message_of
from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob
from intercoop_notifications.settings import NotificationsSettings

JOBS: Final = Jobs()


@JOBS.delivery(MAIL, needs=handlers.NEEDS, on_finished=handlers.note_end)
async def deliver_mail(job: Job, context: Context) -> None:
    settings = context.settings_as(NotificationsSettings)
    mail_job = MailJob.read(job.payload)
    async with context.db.read() as tx:
        mail = await handlers.compose(mail_job, settings.public_url or "", tx)
    message = message_of(mail, Sender.of(settings), context.clock())
    await SmtpServer.of(settings).send(message)
