"""The organiser's answers to registrations, and how full its meetings are."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.events import RefusalReason, Verdict
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Roll, Seat

OF_MEETING: Final = "SELECT * FROM seats WHERE meeting_id = $1 ORDER BY queue"
SAVE: Final = """
INSERT INTO seats (
    meeting_id, registration_id, asker, organisation_id, request_revision, verdict,
    refused_because, queue
)
SELECT $1, * FROM unnest(
    $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::bigint[]
)
ON CONFLICT (meeting_id, registration_id) DO UPDATE SET
    request_revision = EXCLUDED.request_revision,
    verdict = EXCLUDED.verdict,
    refused_because = EXCLUDED.refused_because,
    queue = EXCLUDED.queue
"""
COUNT: Final = """
INSERT INTO known_seats (owner, meeting_id, seats, seated, waiting) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (meeting_id, owner) DO UPDATE SET
    seats = EXCLUDED.seats, seated = EXCLUDED.seated, waiting = EXCLUDED.waiting
"""
SEATED: Final = "SELECT count(*) FROM seats WHERE meeting_id = $1 AND verdict = 'seated'"


async def roll_of(meeting: Meeting, tx: Transaction) -> Roll:
    """Who has a seat and who waits. Lock the meeting before."""
    rows = await tx.fetch(OF_MEETING, meeting.id)
    view = meeting.view
    entries = tuple(_seat(row) for row in rows)
    return Roll(meeting.seats, view.starts, meeting.is_cancelled, entries)


async def seated(meeting_id: UUID, tx: Transaction) -> int:
    count: int = await tx.fetchval(SEATED, meeting_id)
    return count


async def save(meeting_id: UUID, roll: Roll, changed: Sequence[Seat], tx: Transaction) -> None:
    """Keep the entries that changed, and how full the meeting is now."""
    await tx.execute(
        SAVE,
        meeting_id,
        [entry.registration_id for entry in changed],
        [entry.asker for entry in changed],
        [entry.organisation_id for entry in changed],
        [entry.request_revision for entry in changed],
        [entry.verdict for entry in changed],
        [entry.refused_because for entry in changed],
        [entry.queue for entry in changed],
    )
    await tx.execute(COUNT, tx.owner, meeting_id, roll.seats, roll.seated, roll.waiting)


async def guests(meeting_id: UUID, tx: Transaction) -> list[Seat]:
    """Everybody who has a seat or waits, in the order in which they came."""
    rows = await tx.fetch(OF_MEETING, meeting_id)
    return [_seat(row) for row in rows if row["verdict"] in {Verdict.SEATED, Verdict.WAITING}]


def _seat(row: Row) -> Seat:
    because = row["refused_because"]
    return Seat(
        row["registration_id"],
        row["asker"],
        row["organisation_id"],
        row["request_revision"],
        Verdict(row["verdict"]),
        row["queue"],
        RefusalReason(because) if because else None,
    )
