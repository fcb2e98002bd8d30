"""Registrations of this instance's people, wherever the meeting is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.events import MeetingView, RefusalReason, RegistrationState
from intercoop_events.registrations.domain import Registration

COLUMNS: Final = """
id, organiser, meeting_id, person_id, organisation_id, revision, state, refused_because
"""
INSERT: Final = f"""
INSERT INTO registrations ({COLUMNS}, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (meeting_id, person_id) WHERE state IN ('asked', 'seated', 'waiting') DO NOTHING
RETURNING true
"""  # noqa: S608  columns are constants
UPDATE: Final = """
UPDATE registrations SET
    revision = new.revision, state = new.state, refused_because = new.refused_because,
    changes = changes + (registrations.state <> new.state)::int,
    changed_at = CASE registrations.state WHEN new.state THEN changed_at ELSE $5 END
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])
    AS new (id, revision, state, refused_because)
WHERE registrations.id = new.id
"""
GET: Final = f"SELECT {COLUMNS} FROM registrations WHERE id = $1"  # noqa: S608
LOCK: Final = f"""
WITH meeting AS MATERIALIZED (
    SELECT known.record FROM known_meetings AS known
    JOIN registrations ON registrations.meeting_id = known.id
        AND registrations.organiser = known.owner
    WHERE registrations.id = $1 FOR UPDATE OF known
)
SELECT {COLUMNS}, meeting.record FROM registrations LEFT JOIN meeting ON true
WHERE id = $1 FOR UPDATE OF registrations
"""  # noqa: S608
"""The meeting's row is locked before the registration's: the join comes before its lock."""

LOCK_AT_ONCE: Final = re.sub("(FOR UPDATE OF [a-z]+)", r"\1 SKIP LOCKED", LOCK)

LIVE_OF: Final = f"""
SELECT {COLUMNS} FROM registrations
WHERE meeting_id = $1 AND organiser = $2 AND state IN ('asked', 'seated', 'waiting')
    AND ($3::uuid IS NULL OR id > $3)
ORDER BY id LIMIT $4 FOR UPDATE
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
NEWEST: Final = f"""
SELECT DISTINCT ON (meeting_id) {COLUMNS} FROM registrations
WHERE person_id = $1 AND meeting_id = ANY ($2::uuid[]) ORDER BY meeting_id, id DESC
"""  # noqa: S608
PERSONS: Final = """
SELECT id, person_id FROM registrations WHERE id = ANY ($1::uuid[])
"""


class RegistrationPosition(NamedTuple):
    """Where a registration stands in the list, the newest first."""

    id: UUID


class RegistrationFilter(NamedTuple):
    """Whose registrations, and for which meeting; None is any."""

    person_id: UUID | None = None
    meeting_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A registration and its meeting, if that is known, both locked until the transaction ends."""

    registration: Registration
    meeting: MeetingView | None


async def insert(registration: Registration, tx: Transaction) -> bool:
    """Keep a new one; False when the person has a live one for the meeting already."""
    return bool(
        await tx.fetchval(
            INSERT,
            registration.id,
            registration.organiser,
            registration.meeting_id,
            registration.person_id,
            registration.organisation_id,
            registration.revision,
            registration.state,
            registration.refused_because,
            tx.now,
        )
    )


async def update(changed: Sequence[Registration], tx: Transaction) -> None:
    """Keep what became of them. Lock the meeting's copy, then the registrations, before."""
    await tx.execute(
        UPDATE,
        [registration.id for registration in changed],
        [registration.revision for registration in changed],
        [registration.state for registration in changed],
        [registration.refused_because for registration in changed],
        tx.now,
    )


async def get(registration_id: UUID, tx: Transaction) -> Registration | None:
    row = await tx.fetchrow(GET, registration_id)
    return _registration(row) if row else None


async def require(registration_id: UUID, tx: Transaction) -> Registration:
    """The registration; raises `NotFoundError`."""
    registration = await get(registration_id, tx)
    if registration is None:
        raise no_such_registration()
    return registration


async def lock(registration_id: UUID, tx: Transaction, *, wait: bool = True) -> Held | None:
    """Lock what is known of a registration's meeting, and then the registration.

    Without `wait`, what somebody else has locked is as if it were not there.
    """
    row = await tx.fetchrow(LOCK if wait else LOCK_AT_ONCE, registration_id)
    if row is None:
        return None
    record = row["record"]
    meeting = MeetingView.model_validate_json(record) if record else None
    return Held(_registration(row), meeting)


async def lock_live(
    organiser: str, meeting_id: UUID, after: UUID | None, most: int, tx: Transaction
) -> list[Registration]:
    """Live registrations for a meeting in the order of ids. Lock the meeting's copy before."""
    rows = await tx.fetch(LIVE_OF, meeting_id, organiser, after, most)
    return [_registration(row) for row in rows]


async def live_id(meeting_id: UUID, person_id: UUID, tx: Transaction) -> UUID | None:
    found: UUID | None = await tx.fetchval(LIVE_ID, meeting_id, person_id)
    return found


async def list_registrations(
    wanted: RegistrationFilter, after: RegistrationPosition | None, fetch: int, tx: Transaction
) -> list[Registration]:
    """The newest first."""
    rows = await tx.fetch(LIST, *wanted, after.id if after else None, fetch)
    return [_registration(row) for row in rows]


async def newest_of(
    person_id: UUID, meetings: Iterable[UUID], tx: Transaction
) -> dict[UUID, Registration]:
    """A person's newest registration for each of these meetings, by the meeting."""
    rows = await tx.fetch(NEWEST, person_id, list(meetings))
    return {row["meeting_id"]: _registration(row) for row in rows}


async def persons(ids: list[UUID], tx: Transaction) -> dict[UUID, UUID]:
    """Whose these registrations are, of those that are this instance's."""
    return {row["id"]: row["person_id"] for row in await tx.fetch(PERSONS, ids)}


def no_such_registration() -> NotFoundError:
    return NotFoundError("No registration has this id: list yours to find the right one")


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
