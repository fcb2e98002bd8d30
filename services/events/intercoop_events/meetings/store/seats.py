"""The organiser's answers to registrations, and how full its meetings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_contracts.events import RefusalReason, Verdict
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Room, Seat

ROOM: Final = """
SELECT seated, waiting, coalesce((
    SELECT queue FROM seats WHERE meeting_id = $2 ORDER BY queue DESC LIMIT 1
), 0) AS arrivals
FROM known_seats WHERE owner = $1 AND meeting_id = $2
"""
STANDING: Final = f"""
SELECT room.seated, room.waiting, room.arrivals, known.*,
    coalesce((
        SELECT sum(used.live) FILTER (WHERE (
            SELECT starts > $5 AND state = 'scheduled' FROM meetings WHERE id = used.meeting_id
        ))
        FROM seat_askers AS used WHERE used.asker = $4 AND used.live > 0
    ), 0) AS used_requests,
    coalesce((
        SELECT used.waiting FROM seat_askers AS used
        WHERE used.meeting_id = $2 AND used.asker = $4
    ), 0) AS used_waiting,
    coalesce((
        SELECT number FROM fruitless_answers WHERE asker = $4 AND day = $6
        ORDER BY number DESC LIMIT 1
    ), 0) AS fruitless
FROM ({ROOM}) AS room
LEFT JOIN seats AS known ON known.meeting_id = $2 AND known.registration_id = $3
"""  # noqa: S608  a constant
"""Each meeting is read at which this owner has something, however many there are."""

COUNT_FRUITLESS: Final = """
INSERT INTO fruitless_answers (asker, day, number)
SELECT $1, $2, last.number + 1
FROM (
    SELECT coalesce((
        SELECT number FROM fruitless_answers WHERE asker = $1 AND day = $2
        ORDER BY number DESC LIMIT 1
    ), 0) AS number
) AS last
WHERE last.number < $3
RETURNING true
"""
FORGET_FRUITLESS: Final = """
DELETE FROM fruitless_answers WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM fruitless_answers WHERE day < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""
FORGET_ASKERS: Final = """
DELETE FROM seat_askers WHERE ctid = ANY (ARRAY(
    SELECT used.ctid FROM seat_askers AS used
    WHERE NOT EXISTS (
        SELECT FROM meetings
        WHERE meetings.id = used.meeting_id AND starts > $1 AND state = 'scheduled'
    )
    LIMIT $2 FOR UPDATE OF used SKIP LOCKED
))
"""
"""Nobody is given anything any more at a meeting that has begun or is cancelled."""

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
    RETURNING new.asker, new.verdict,
        (new.verdict IN ('seated', 'waiting'))::int
            - coalesce(old.verdict IN ('seated', 'waiting'), false)::int AS live,
        (new.verdict = 'waiting')::int - coalesce(old.verdict = 'waiting', false)::int AS waiting
), fruitless AS (
    INSERT INTO fruitless_answers (asker, day, number)
    SELECT saved.asker, $13, coalesce((
        SELECT number FROM fruitless_answers AS counted
        WHERE counted.asker = saved.asker AND day = $13 ORDER BY number DESC LIMIT 1
    ), 0) + 1
    FROM saved WHERE verdict IN ('refused', 'released') AND asker <> $1
)
INSERT INTO seat_askers AS used (meeting_id, asker, live, waiting)
SELECT $2, asker, sum(live), sum(waiting) FROM saved GROUP BY asker
ON CONFLICT (meeting_id, asker) DO UPDATE SET
    live = used.live + EXCLUDED.live, waiting = used.waiting + EXCLUDED.waiting
"""
RANK: Final = """
SELECT count(*) FROM seats
WHERE meeting_id = $1 AND verdict = 'waiting' AND queue <= (
    SELECT queue FROM seats WHERE meeting_id = $1 AND registration_id = $2 AND verdict = 'waiting'
)
"""
ASKERS: Final = """
SELECT asker, live FROM seat_askers WHERE meeting_id = $1 AND live > 0 ORDER BY asker
"""
SEATED: Final = "SELECT seated FROM known_seats WHERE owner = $1 AND meeting_id = $2"


@dataclass(frozen=True, slots=True)
class Standing:
    """How full a meeting is, and what was said to one registration.

    What its asker has been given here: requests for coming meetings, places in this queue; and how
    many answers it was made today that give no place.
    """

    room: Room
    known: Seat | None
    used_requests: int = 0
    used_waiting: int = 0
    fruitless: int = 0


async def room_of(meeting: Meeting, tx: Transaction) -> Room:
    """How full a meeting of this instance is. Lock it before."""
    row = await tx.fetchrow(ROOM, tx.owner, meeting.id)
    return _room(meeting, row)


async def standing(
    meeting: Meeting, registration_id: UUID, asker: str | None, now: datetime, tx: Transaction
) -> Standing:
    """What a wish is decided by; nothing is counted of no `asker`. Lock the meeting before."""
    row = await tx.fetchrow(STANDING, tx.owner, meeting.id, registration_id, asker, now, _day(now))
    if row is None:
        return Standing(_room(meeting, None), None)
    known = _seat(row) if row["registration_id"] else None
    used = (row["used_requests"], row["used_waiting"], row["fruitless"])
    return Standing(_room(meeting, row), known, *used)


async def may_refuse(asker: str, most: int, now: datetime, tx: Transaction) -> bool:
    """Count a refusal that is not kept; False where an owner was told nothing else `most` times."""
    return bool(await tx.fetchval(COUNT_FRUITLESS, asker, _day(now), most))


async def forget_fruitless(now: datetime, limit: int, tx: Transaction) -> int:
    """Delete what was counted on days before; returns how many rows, `limit` at most."""
    return affected_rows(await tx.execute(FORGET_FRUITLESS, _day(now), limit))


async def forget_askers(now: datetime, limit: int, tx: Transaction) -> int:
    """Delete who asked for what is over or cancelled; returns how many rows, `limit` at most."""
    return affected_rows(await tx.execute(FORGET_ASKERS, now, limit))


async def first_waiting(
    meeting_id: UUID, most: int, tx: Transaction, *, without: Seat | None = None
) -> list[Seat]:
    """Who waits longest, in the order in which they came."""
    left_out = without.registration_id if without else None
    return [_seat(row) for row in await tx.fetch(FIRST_WAITING, meeting_id, most, left_out)]


async def seated(meeting_id: UUID, tx: Transaction) -> int:
    count: int | None = await tx.fetchval(SEATED, tx.owner, meeting_id)
    return count or 0


async def save(
    meeting_id: UUID, room: Room, changed: Sequence[Seat], tx: Transaction, *, now: datetime
) -> None:
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
        _day(now),
    )


async def guests(meeting_id: UUID, tx: Transaction) -> list[Seat]:
    """Everybody who has a seat or waits, in the order in which they came."""
    return [_seat(row) for row in await tx.fetch(LIVE, meeting_id)]


async def rank(meeting_id: UUID, registration_id: UUID, tx: Transaction) -> int | None:
    """The place of a registration on an own meeting's waiting list, from 1; None if not on it."""
    place: int = await tx.fetchval(RANK, meeting_id, registration_id)
    return place or None


async def askers(meeting_id: UUID, tx: Transaction) -> dict[str, int]:
    """How many places, seats or on the list, each owner's people have at an own meeting."""
    return {row["asker"]: row["live"] for row in await tx.fetch(ASKERS, meeting_id)}


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


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
