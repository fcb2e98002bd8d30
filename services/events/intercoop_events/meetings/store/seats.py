"""The organiser's answers to registrations, and how full its meetings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.events import RefusalReason, Verdict
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Room, Seat, SeatWish

ROOM: Final = """
SELECT seated, waiting, coalesce((
    SELECT queue FROM seats WHERE meeting_id = $2 ORDER BY queue DESC LIMIT 1
), 0) AS arrivals
FROM known_seats WHERE owner = $1 AND meeting_id = $2
"""
STANDING: Final = f"""
SELECT room.seated, room.waiting, room.arrivals, known.*
FROM ({ROOM}) AS room
LEFT JOIN seats AS known ON known.meeting_id = $2 AND known.registration_id = $3
"""  # noqa: S608  a constant
USE: Final = """
SELECT
    coalesce((
        SELECT sum(used.live)
        FROM meetings JOIN seat_askers AS used ON used.meeting_id = meetings.id
        WHERE used.asker = $2 AND meetings.starts > $3 AND meetings.state = 'scheduled'
    ), 0) AS requests,
    coalesce((
        SELECT waiting FROM seat_askers WHERE meeting_id = $1 AND asker = $2
    ), 0) AS waiting
"""
"""One row for each coming meeting of this instance is read, however many requests there are."""

FIRST_WAITING: Final = """
SELECT * FROM seats
WHERE meeting_id = $1 AND verdict = 'waiting' AND registration_id IS DISTINCT FROM $3::uuid
ORDER BY queue LIMIT $2
"""
LIVE: Final = """
SELECT * FROM seats WHERE meeting_id = $1 AND verdict IN ('seated', 'waiting') ORDER BY queue
"""
SAVE: Final = """
WITH room AS (
    INSERT INTO known_seats (owner, meeting_id, seats, seated, waiting) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (meeting_id, owner) DO UPDATE SET
        seats = EXCLUDED.seats, seated = EXCLUDED.seated, waiting = EXCLUDED.waiting
), saved AS (
    INSERT INTO seats (
        meeting_id, registration_id, asker, organisation_id, request_revision, verdict,
        refused_because, queue
    )
    SELECT $2, * FROM unnest(
        $6::uuid[], $7::text[], $8::uuid[], $9::int[], $10::text[], $11::text[], $12::bigint[]
    )
    ON CONFLICT (meeting_id, registration_id) DO UPDATE SET
        request_revision = EXCLUDED.request_revision,
        verdict = EXCLUDED.verdict,
        refused_because = EXCLUDED.refused_because,
        queue = EXCLUDED.queue
    RETURNING new.asker,
        (new.verdict IN ('seated', 'waiting'))::int
            - coalesce(old.verdict IN ('seated', 'waiting'), false)::int AS live,
        (new.verdict = 'waiting')::int - coalesce(old.verdict = 'waiting', false)::int AS waiting
)
INSERT INTO seat_askers AS used (meeting_id, asker, live, waiting)
SELECT $2, asker, sum(live), sum(waiting) FROM saved GROUP BY asker
ON CONFLICT (meeting_id, asker) DO UPDATE SET
    live = used.live + EXCLUDED.live, waiting = used.waiting + EXCLUDED.waiting
"""
SEATED: Final = "SELECT seated FROM known_seats WHERE owner = $1 AND meeting_id = $2"


@dataclass(frozen=True, slots=True)
class Use:
    """What an owner has: open requests for coming meetings, and places in one meeting's queue."""

    requests: int
    waiting: int


async def room_of(meeting: Meeting, tx: Transaction) -> Room:
    """How full a meeting of this instance is. Lock it before."""
    row = await tx.fetchrow(ROOM, tx.owner, meeting.id)
    return _room(meeting, row)


async def standing(meeting: Meeting, wish: SeatWish, tx: Transaction) -> tuple[Room, Seat | None]:
    """How full a meeting is, and what was said to a registration. Lock the meeting before."""
    row = await tx.fetchrow(STANDING, tx.owner, meeting.id, wish.registration_id)
    known = _seat(row) if row and row["registration_id"] else None
    return _room(meeting, row), known


async def use_of(asker: str, meeting_id: UUID, now: datetime, tx: Transaction) -> Use:
    """What an owner has been given here and has not given back."""
    row = await tx.fetchrow(USE, meeting_id, asker, now)
    return Use(row["requests"], row["waiting"]) if row else Use(0, 0)


async def first_waiting(
    meeting_id: UUID, most: int, tx: Transaction, *, without: Seat | None = None
) -> list[Seat]:
    """Who waits longest, in the order in which they came."""
    left_out = without.registration_id if without else None
    return [_seat(row) for row in await tx.fetch(FIRST_WAITING, meeting_id, most, left_out)]


async def seated(meeting_id: UUID, tx: Transaction) -> int:
    count: int | None = await tx.fetchval(SEATED, tx.owner, meeting_id)
    return count or 0


async def save(meeting_id: UUID, room: Room, changed: Sequence[Seat], tx: Transaction) -> None:
    """Keep the entries that changed, and how full the meeting is with them."""
    await tx.execute(
        SAVE,
        tx.owner,
        meeting_id,
        room.seats,
        room.seated,
        room.waiting,
        [entry.registration_id for entry in changed],
        [entry.asker for entry in changed],
        [entry.organisation_id for entry in changed],
        [entry.request_revision for entry in changed],
        [entry.verdict for entry in changed],
        [entry.refused_because for entry in changed],
        [entry.queue for entry in changed],
    )


async def guests(meeting_id: UUID, tx: Transaction) -> list[Seat]:
    """Everybody who has a seat or waits, in the order in which they came."""
    return [_seat(row) for row in await tx.fetch(LIVE, meeting_id)]


def _room(meeting: Meeting, row: Row | None) -> Room:
    counts = (row["seated"], row["waiting"], row["arrivals"]) if row else (0, 0, 0)
    return Room(meeting.seats, meeting.view.starts, meeting.is_cancelled, *counts)


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
