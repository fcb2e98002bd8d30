"""A person's calendar: the secret of its address, and the meetings in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.store.known import FEED_SIZE, known_of

OF_PERSON: Final = """
SELECT calendar.*, NULL::float8 AS distance, registrations.state AS registration_state
FROM registrations
JOIN calendar ON calendar.id = registrations.meeting_id AND calendar.owner = registrations.organiser
WHERE registrations.person_id = $1 AND calendar.ends >= $2
    AND registrations.state IN ('asked', 'seated', 'waiting', 'cancelled')
ORDER BY calendar.starts, registrations.id LIMIT $3
"""
KEY_OF: Final = "SELECT key FROM calendar_keys WHERE person_id = $1"
SET_KEY: Final = """
INSERT INTO calendar_keys (person_id, key) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET key = EXCLUDED.key
"""
PERSON_OF_KEY: Final = "SELECT person_id FROM calendar_keys WHERE key = $1"


@dataclass(frozen=True, slots=True)
class PersonalMeeting:
    """A meeting in a person's calendar, with where their registration stands."""

    meeting: KnownMeeting
    state: str


async def of_person(person: UUID, since: datetime, tx: Transaction) -> list[PersonalMeeting]:
    """What a person of this instance has asked for or has a seat at."""
    rows = await tx.fetch(OF_PERSON, person, since, FEED_SIZE)
    return [PersonalMeeting(known_of(row), row["registration_state"]) for row in rows]


async def key_of(person: UUID, tx: Transaction) -> str | None:
    """The secret of a person's calendar, if they have one."""
    key: str | None = await tx.fetchval(KEY_OF, person)
    return key


async def set_key(person: UUID, key: str, tx: Transaction) -> None:
    await tx.execute(SET_KEY, person, key)


async def person_of_key(key: str, tx: Transaction) -> UUID | None:
    person: UUID | None = await tx.fetchval(PERSON_OF_KEY, key)
    return person
