"""What happens when its time comes, and what leaves the instance."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.gateways import Sender, SmtpServer
from intercoop_notifications.gateways.message import message_of
from intercoop_notifications.handlers import mails, notices
from intercoop_notifications.settings import NotificationsSettings

JOBS: Final = Jobs()


@JOBS.every("undelivered", timedelta(hours=1))
async def sweep_undelivered(_: Job, tx: Transaction) -> None:
    """A mandate begins on its day without anybody saying so."""
    await notices.sweep(tx, now=datetime.now(UTC))


@JOBS.delivery(mails.MAIL, needs=mails.NEEDS, on_finished=mails.note_end)
async def deliver_mail(job: Job, context: Context) -> None:
    settings = context.settings_as(NotificationsSettings)
    async with context.db.read() as tx:
        public_url = settings.public_url or ""
        mail = await mails.compose(UUID(job.payload["notice"]), public_url, tx)
    sender = Sender(settings.mail_from or "", settings.owner, settings.network)
    await SmtpServer.of(settings).send(message_of(mail, sender, context.clock()))
