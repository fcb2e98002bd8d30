"""Streams in: people, whose mails may wait for an address."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.directory import PEOPLE, PersonView
from intercoop_notifications.mails import handlers
from intercoop_notifications.people import address_of

SUBSCRIBERS: Final = Subscribers()


@SUBSCRIBERS.each(PEOPLE)
async def address_known(change: Change[PersonView], tx: Transaction) -> None:
    """History too: an address that arrives late is used at once."""
    if isinstance(change.after, PersonView) and address_of(change.after):
        await handlers.wake(UUID(change.subject), tx)
