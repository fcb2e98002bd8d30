"""What happens when its time comes, and what leaves the instance."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.outgoing import Item, Outgoing
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.service import Context
from intercoop_chassis.timers import Timer, Timers
from intercoop_notifications.mails import handlers as mails
from intercoop_notifications.mails.gateways import Sender, SmtpServer
from intercoop_notifications.mails.gateways.message import message_of
from intercoop_notifications.notices import handlers as notices

TIMERS: Final = Timers()
OUTGOING: Final = Outgoing()


@TIMERS.every("undelivered", timedelta(hours=1))
async def sweep_undelivered(_: Timer, tx: Transaction) -> None:
    """A mandate begins on its day without anybody saying so."""
    await notices.sweep(tx, now=datetime.now(UTC))


@OUTGOING.on(mails.MAIL, needs=mails.NEEDS, on_finished=mails.note_end)
async def deliver_mail(item: Item, context: Context) -> None:
    settings = context.settings
    async with context.db.read() as tx:
        public_url = settings.public_url or ""
        mail = await mails.compose(UUID(item.payload["notice"]), public_url, tx)
    sender = Sender(settings.mail_from or "", settings.owner, settings.network)
    await SmtpServer.of(settings).send(message_of(mail, sender, context.clock()))
