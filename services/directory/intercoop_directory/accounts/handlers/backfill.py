"""Publishes the accounts of people of whom nothing was published yet, as after an upgrade."""

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import ACCOUNTS
from intercoop_contracts.ids import tags_of
from intercoop_directory.accounts.store.unpublished import people_without_account
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import person_view
from intercoop_directory.standings.handlers import follow_person


async def publish_missing_accounts(limit: int, tx: Transaction) -> int:
    """Publish those of `limit` people at most; returns of how many. Again changes nothing."""
    topic, tags = ACCOUNTS.topic(tx.owner), tags_of(tx.owner)
    missing = await people_without_account(topic, tags, limit, tx)
    for person_id in missing:
        person = await people.lock(person_id, tx)
        if person is not None:
            await follow_person(person_id, None, person_view(person.record), tx)
    return len(missing)
