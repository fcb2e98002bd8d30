"""Calendars: what they tell of meetings, and the secret of the address of a person's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic_core import from_json

from intercoop_chassis.postgres import Row, Transaction
from intercoop_chassis.replica import knows_owner

MAX_SEQUENCE: Final = 2**31 - 1
MOST_ENTRIES: Final = 1000
"""Of a calendar; each has up to 600 letters of the meeting's description."""

COLUMNS: Final = "known.id, owner, version, as_of, starts, ends, known.state, brief, lat, lon"
OF_ORGANISER: Final = f"""
SELECT {COLUMNS}, NULL AS registration, 0 AS changes, NULL::timestamptz AS changed_at
FROM known_meetings AS known
WHERE owner = $1 AND ends >= $2 ORDER BY starts, id LIMIT $3
"""  # noqa: S608  columns are constants
OF_PERSON: Final = f"""
WITH mine AS (
    SELECT id, organiser, meeting_id, state, changed_at,
        sum(changes) OVER of_meeting AS changes,
        id = first_value(id) OVER (of_meeting ORDER BY id DESC) AS is_newest
    FROM registrations WHERE person_id = $1
    WINDOW of_meeting AS (PARTITION BY organiser, meeting_id)
)
SELECT {COLUMNS}, mine.state AS registration, mine.changes, mine.changed_at
FROM mine
JOIN known_meetings AS known ON known.id = mine.meeting_id AND known.owner = mine.organiser
WHERE is_newest AND ends >= $2 AND mine.state IN ('asked', 'seated', 'waiting', 'cancelled')
ORDER BY starts, mine.id LIMIT $3
"""  # noqa: S608
"""One entry a meeting: who gave a seat back and registered again has two registrations for it."""

IS_ORGANISER: Final = "SELECT EXISTS (SELECT FROM known_meetings WHERE owner = $1)"
KEY_OF: Final = "SELECT key FROM calendar_keys WHERE person_id = $1"
SET_KEY: Final = """
INSERT INTO calendar_keys (person_id, key) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET key = EXCLUDED.key
"""
PERSON_OF_KEY: Final = "SELECT person_id FROM calendar_keys WHERE key = $1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting in a calendar, its texts cut to what a calendar shows.

    `registration` is where its person's stands, in a calendar of a person. `sequence` and `as_of`
    rise with each change of the meeting's schedule, and of that registration: a calendar program
    passes a change over whose SEQUENCE is not higher (RFC 5546, 2.1.5).
    """

    id: UUID
    owner: str
    version: int
    as_of: datetime
    title: str
    description: str
    venue: str | None
    commune: str
    position: tuple[float, float] | None
    starts: datetime
    ends: datetime
    sequence: int
    state: str
    registration: str | None


async def is_organiser(owner: str, tx: Transaction) -> bool:
    """Whether an owner is known to this instance: its own, or one that anything was read of."""
    if owner == tx.owner or await tx.fetchval(IS_ORGANISER, owner):
        return True
    return await knows_owner(owner, tx)


async def of_organiser(owner: str, since: datetime, tx: Transaction) -> list[Entry]:
    """The meetings of an organiser that end after `since`, cancelled ones too, the first ones."""
    rows = await tx.fetch(OF_ORGANISER, owner, since, MOST_ENTRIES)
    return [_entry(row) for row in rows]


async def of_person(person: UUID, since: datetime, tx: Transaction) -> list[Entry]:
    """What a person of this instance has asked for or has a seat at."""
    rows = await tx.fetch(OF_PERSON, person, since, MOST_ENTRIES)
    return [_entry(row) for row in rows]


async def key_of(person: UUID, tx: Transaction) -> str | None:
    """The secret of a person's calendar, if they have one."""
    key: str | None = await tx.fetchval(KEY_OF, person)
    return key


async def set_key(person: UUID, key: str, tx: Transaction) -> None:
    await tx.execute(SET_KEY, person, key)


async def person_of_key(key: str, tx: Transaction) -> UUID | None:
    person: UUID | None = await tx.fetchval(PERSON_OF_KEY, key)
    return person


def _entry(row: Row) -> Entry:
    brief = from_json(row["brief"])
    has_position = row["lat"] is not None and row["lon"] is not None
    return Entry(
        id=row["id"],
        owner=row["owner"],
        version=row["version"],
        as_of=max(row["as_of"], row["changed_at"] or row["as_of"]),
        title=brief["title"],
        description=brief["description"] or "",
        venue=brief["venue"],
        commune=brief["commune"],
        position=(row["lat"], row["lon"]) if has_position else None,
        starts=row["starts"],
        ends=row["ends"],
        sequence=min(brief["schedule_revision"] + row["changes"], MAX_SEQUENCE),
        state=row["state"],
        registration=row["registration"],
    )
