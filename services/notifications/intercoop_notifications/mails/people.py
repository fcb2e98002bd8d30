"""What follows from a change of a person: what waited for them, and being forgotten."""

from datetime import datetime
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import PersonView
from intercoop_contracts.streams import Ended
from intercoop_notifications.mails import handlers as mails
from intercoop_notifications.mails.domain import address_of
from intercoop_notifications.notices.handlers import deliver_waiting
from intercoop_notifications.notices.store import notices
from intercoop_notifications.preferences import store as preferences


async def hear_person(
    person_id: UUID, after: PersonView | Ended, tx: Transaction, *, now: datetime
) -> None:
    match after:
        case PersonView():
            if after.mandates:
                organisations = {one.organisation_id for one in after.mandates}
                await deliver_waiting(organisations, tx, now=now)
            if address_of(after):
                await mails.wake(person_id, tx)
        case Ended():
            await notices.erase(person_id, tx)
            await preferences.erase(person_id, tx)
