"""Meetings: this instance's own, and the copies of everybody's that registrations stand on."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.events import MeetingView
from intercoop_events.meetings.domain.meeting import Meeting

SAVE: Final = """
INSERT INTO meetings (owner, id, version, record, starts, ends, capacity, as_of)
VALUES ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8)
ON CONFLICT (home, owner, id) DO UPDATE SET
    version = EXCLUDED.version, record = EXCLUDED.record,
    starts = EXCLUDED.starts, ends = EXCLUDED.ends,
    capacity = EXCLUDED.capacity, as_of = EXCLUDED.as_of
"""
LOCK_OWN: Final = "SELECT id, version, record, capacity FROM meetings WHERE id = $1 FOR UPDATE"
OWN: Final = "SELECT id, version, record, capacity FROM meetings WHERE id = $1"
LOCK_COPY: Final = """
SELECT version, record FROM known_meetings WHERE owner = $1 AND id = $2 FOR UPDATE
"""
ORGANISER_OF: Final = "SELECT owner FROM known_meetings WHERE id = $1"


@dataclass(frozen=True, slots=True)
class MeetingCopy:
    """What this instance knows of a meeting, held still until the transaction ends."""

    organiser: str
    id: UUID
    version: int
    view: MeetingView


async def save(meeting: Meeting, tx: Transaction) -> None:
    """Keep a meeting of this instance that is new or has changed, and since when it is so.

    Lock it before, unless it is new.
    """
    view = meeting.view
    await tx.execute(
        SAVE,
        tx.owner,
        meeting.id,
        meeting.version,
        view.model_dump_json(),
        view.starts,
        view.ends,
        meeting.seats,
        tx.now,
    )


async def own(meeting_id: UUID, tx: Transaction) -> Meeting | None:
    """A meeting of this instance, as it is read."""
    row = await tx.fetchrow(OWN, meeting_id)
    return _meeting(row) if row else None


async def lock(meeting_id: UUID, tx: Transaction) -> Meeting | None:
    """A meeting of this instance; whoever decides about its seats locks it first."""
    row = await tx.fetchrow(LOCK_OWN, meeting_id)
    return _meeting(row) if row else None


async def lock_copy(organiser: str, meeting_id: UUID, tx: Transaction) -> MeetingCopy | None:
    """What is known of anybody's meeting; lock it before the registrations that stand on it."""
    row = await tx.fetchrow(LOCK_COPY, organiser, meeting_id)
    if row is None:
        return None
    view = MeetingView.model_validate_json(row["record"])
    return MeetingCopy(organiser, meeting_id, row["version"], view)


def _meeting(row: Row) -> Meeting:
    view = MeetingView.model_validate_json(row["record"])
    return Meeting(row["id"], row["version"], row["capacity"], view)


async def organiser_of(meeting_id: UUID, tx: Transaction) -> str | None:
    organiser: str | None = await tx.fetchval(ORGANISER_OF, meeting_id)
    return organiser
