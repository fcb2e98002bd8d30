"""Streams in: people, whose preferences go when they do, and what they may do here."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.directory import ACCOUNTS, PEOPLE, PRESENTATIONS, PersonView
from intercoop_contracts.streams import Ended
from intercoop_notifications.preferences import store

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ACCOUNTS)
SUBSCRIBERS.read(PRESENTATIONS)


@SUBSCRIBERS.each(PEOPLE)
async def person_left(change: Change[PersonView], tx: Transaction) -> None:
    if isinstance(change.after, Ended):
        await store.erase(UUID(change.subject), tx)
