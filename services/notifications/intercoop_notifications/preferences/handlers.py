"""A person says what they want to get by mail; the links that stop it are made with it."""

from collections.abc import Mapping
from secrets import token_urlsafe
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_notifications.preferences import store
from intercoop_notifications.preferences.domain import Topic


async def choose(
    person_id: UUID, mails: Mapping[Topic, bool], tx: Transaction
) -> dict[Topic, bool]:
    """Keep what is said of these topics; returns how those of them were that it changes."""
    before = await store.mails_of(person_id, tx)
    tokens = {topic: token_urlsafe(32) for topic in mails}
    await store.replace(person_id, mails, tokens, tx)
    return {topic: before[topic] for topic, mail in mails.items() if before[topic] is not mail}
