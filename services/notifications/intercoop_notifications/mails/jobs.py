"""What leaves the instance: mails."""

from typing import Final

from intercoop_chassis.outgoing import Item, Outgoing
from intercoop_chassis.service import Context
from intercoop_notifications.mails import handlers
from intercoop_notifications.mails.gateways import Sender, SmtpServer
from intercoop_notifications.mails.gateways.message import message_of
from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob

OUTGOING: Final = Outgoing()


@OUTGOING.on(MAIL, needs=handlers.NEEDS, on_finished=handlers.note_end)
async def deliver_mail(item: Item, context: Context) -> None:
    settings = context.settings
    job = MailJob.read(item.payload)
    async with context.db.read() as tx:
        mail = await handlers.compose(job.notice_id, settings.public_url or "", tx)
    sender = Sender(settings.mail_from or "", settings.owner, settings.network)
    await SmtpServer.of(settings).send(message_of(mail, sender, context.clock()))
