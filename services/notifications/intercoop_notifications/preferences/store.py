"""What each person wants to get by mail, and the tokens that turn it off."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_notifications.preferences.domain import Topic

ENSURE: Final = """
INSERT INTO preferences (person_id, topic, token) VALUES ($1, $2, $3)
ON CONFLICT (person_id, topic) DO NOTHING
"""
GET: Final = "SELECT mail, token FROM preferences WHERE person_id = $1 AND topic = $2"
OF_PERSON: Final = "SELECT topic, mail FROM preferences WHERE person_id = $1"
SET: Final = """
INSERT INTO preferences (person_id, topic, mail, token) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, topic) DO UPDATE SET mail = EXCLUDED.mail
"""
FIND: Final = "SELECT person_id, topic, mail FROM preferences WHERE token = $1"
STOP: Final = "UPDATE preferences SET mail = false WHERE token = $1 AND mail"
ERASE: Final = "DELETE FROM preferences WHERE person_id = $1"

TOKEN: Final = re.compile("[A-Za-z0-9_-]{20,100}")
"""What a token looks like; nothing else is looked for."""


@dataclass(frozen=True, slots=True)
class Preference:
    """Whether a person wants mails about a topic, and the token that turns them off."""

    mail: bool
    token: str


@dataclass(frozen=True, slots=True)
class StopLink:
    """What a token turns off, and whether it is on."""

    person_id: UUID
    topic: Topic
    mail: bool


async def ensure(person_id: UUID, topic: Topic, token: str, tx: Transaction) -> Preference:
    """The person's preference; a new one, with this token, says yes."""
    await tx.execute(ENSURE, person_id, topic, token)
    known = await get(person_id, topic, tx)
    return known or Preference(mail=True, token=token)


async def get(person_id: UUID, topic: Topic, tx: Transaction) -> Preference | None:
    row = await tx.fetchrow(GET, person_id, topic)
    return Preference(row["mail"], row["token"]) if row else None


async def mails_of(person_id: UUID, tx: Transaction) -> dict[Topic, bool]:
    """Whether the person wants mails, by topic; yes where they said nothing."""
    rows = await tx.fetch(OF_PERSON, person_id)
    return dict.fromkeys(Topic, True) | {Topic(row["topic"]): row["mail"] for row in rows}


async def replace(
    person_id: UUID, mails: Mapping[Topic, bool], tokens: Mapping[Topic, str], tx: Transaction
) -> None:
    """Keep what the person wants; a token is taken where there was none."""
    rows = [(person_id, topic, mail, tokens[topic]) for topic, mail in sorted(mails.items())]
    await tx.execute_many(SET, rows)


async def of_token(token: str, tx: Transaction) -> StopLink | None:
    """What a link of a mail turns off; None where it is none of ours."""
    row = await tx.fetchrow(FIND, token) if TOKEN.fullmatch(token) else None
    return StopLink(row["person_id"], Topic(row["topic"]), row["mail"]) if row else None


async def stop(token: str, tx: Transaction) -> None:
    """Turn the mails of a link off; nothing where it is none of ours."""
    if TOKEN.fullmatch(token):
        await tx.execute(STOP, token)


async def erase(person_id: UUID, tx: Transaction) -> None:
    await tx.execute(ERASE, person_id)
