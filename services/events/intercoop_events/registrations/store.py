"""Registrations of this instance's people, wherever the meeting is."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.transaction import Record as Row
from intercoop_contracts.events import RefusalReason, RegistrationState
from intercoop_events.registrations.domain import Registration

COLUMNS: Final = """
id, organiser, meeting_id, person_id, organisation_id, revision, state, refused_because
"""
INSERT: Final = f"""
INSERT INTO registrations ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (meeting_id, person_id) WHERE state IN ('asked', 'seated', 'waiting') DO NOTHING
RETURNING true
"""  # noqa: S608  columns are constants
UPDATE: Final = """
UPDATE registrations SET
    revision = new.revision, state = new.state, refused_because = new.refused_because
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])
    AS new (id, revision, state, refused_because)
WHERE registrations.id = new.id
"""
GET: Final = f"SELECT {COLUMNS} FROM registrations WHERE id = $1"  # noqa: S608
LOCK: Final = f"{GET} FOR UPDATE"
LIVE_OF: Final = f"""
SELECT {COLUMNS} FROM registrations
WHERE meeting_id = $1 AND organiser = $2 AND state IN ('asked', 'seated', 'waiting')
ORDER BY id FOR UPDATE
"""  # noqa: S608
LIVE_ID: Final = """
SELECT id FROM registrations
WHERE meeting_id = $1 AND person_id = $2 AND state IN ('asked', 'seated', 'waiting')
"""
LIST: Final = f"""
SELECT {COLUMNS} FROM registrations
WHERE ($1::uuid IS NULL OR person_id = $1) AND ($2::uuid IS NULL OR meeting_id = $2)
    AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""  # noqa: S608
PERSONS: Final = """
SELECT id, person_id FROM registrations WHERE id = ANY ($1::uuid[])
"""


class RegistrationPosition(NamedTuple):
    """Where a registration stands in the list, the newest first."""

    id: UUID


class Chosen(NamedTuple):
    """Whose registrations, and for which meeting; None is any."""

    person_id: UUID | None = None
    meeting_id: UUID | None = None


async def insert(one: Registration, tx: Transaction) -> bool:
    """Keep a new one; False when the person has a live one for the meeting already."""
    because = one.refused_because
    values = (one.id, one.organiser, one.meeting_id, one.person_id, one.organisation_id)
    return bool(await tx.fetchval(INSERT, *values, one.revision, one.state, because))


async def update(those: Sequence[Registration], tx: Transaction) -> None:
    """Keep what became of them. Lock the meeting's copy, then the registrations, before."""
    ids = [one.id for one in those]
    states = [one.state for one in those]
    because = [one.refused_because for one in those]
    await tx.execute(UPDATE, ids, [one.revision for one in those], states, because)


async def get(registration_id: UUID, tx: Transaction) -> Registration | None:
    row = await tx.fetchrow(GET, registration_id)
    return _registration(row) if row else None


async def lock(registration_id: UUID, tx: Transaction) -> Registration | None:
    row = await tx.fetchrow(LOCK, registration_id)
    return _registration(row) if row else None


async def lock_live(organiser: str, meeting_id: UUID, tx: Transaction) -> list[Registration]:
    """Every live registration for a meeting. Lock the meeting's copy before."""
    rows = await tx.fetch(LIVE_OF, meeting_id, organiser)
    return [_registration(row) for row in rows]


async def live_id(meeting_id: UUID, person_id: UUID, tx: Transaction) -> UUID | None:
    found: UUID | None = await tx.fetchval(LIVE_ID, meeting_id, person_id)
    return found


async def list_registrations(
    chosen: Chosen, after: RegistrationPosition | None, fetch: int, tx: Transaction
) -> list[Registration]:
    """The newest first."""
    rows = await tx.fetch(LIST, *chosen, after.id if after else None, fetch)
    return [_registration(row) for row in rows]


async def persons(ids: list[UUID], tx: Transaction) -> dict[UUID, UUID]:
    """Whose these registrations are, of those that are this instance's."""
    return {row["id"]: row["person_id"] for row in await tx.fetch(PERSONS, ids)}


def _registration(row: Row) -> Registration:
    because = row["refused_because"]
    return Registration(
        row["id"],
        row["organiser"],
        row["meeting_id"],
        row["person_id"],
        row["organisation_id"],
        row["revision"],
        RegistrationState(row["state"]),
        RefusalReason(because) if because else None,
    )
