"""The organiser's side of the seat protocol: every decision under the meeting's row lock.

Each answer locks a registration where it is heard, if that is here: they go in the order of ids.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import (
    MEETING_SEATS,
    SEAT_ANSWERS,
    MeetingSeatsView,
    RefusalReason,
    SeatAnswerView,
    Verdict,
)
from intercoop_events.meetings.domain import seats as domain
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Roll, Seat, SeatWish
from intercoop_events.meetings.store import meetings, seats as store

EVENT_TYPES: Final = {
    Verdict.SEATED: "seat-granted",
    Verdict.WAITING: "seat-queued",
    Verdict.REFUSED: "seat-refused",
    Verdict.RELEASED: "seat-released",
}


async def open_seats(meeting: Meeting, tx: Transaction) -> None:
    """Say how many seats a new meeting has."""
    roll = Roll(meeting.seats, meeting.view.starts, is_cancelled=False)
    await _keep(meeting, roll, (), tx)


async def answer(wish: SeatWish, meeting_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Answer a guest's wish; one for a meeting that is not ours is refused, not parked."""
    meeting = await meetings.lock(meeting_id, tx)
    if meeting is None:
        await _refuse_unknown(wish, meeting_id, tx)
        return
    roll = await store.roll_of(meeting, tx)
    roll, changed = domain.decide(roll, wish, now=now)
    if changed:
        await _keep(meeting, roll, changed, tx)


async def promote(meeting: Meeting, tx: Transaction, *, now: datetime) -> None:
    """Seat who waits after the meeting, which is locked, got more seats."""
    roll = await store.roll_of(meeting, tx)
    roll, promoted = domain.promote(roll, now=now)
    await _keep(meeting, roll, promoted, tx)


async def _keep(meeting: Meeting, roll: Roll, changed: Sequence[Seat], tx: Transaction) -> None:
    await store.save(meeting.id, roll, changed, tx)
    count = MeetingSeatsView(seats=roll.seats, seated=roll.seated, waiting=roll.waiting)
    label = "seats-changed" if roll.entries else "seats-opened"
    tx.publish(MEETING_SEATS, meeting.id, count, event_type=label)
    for seat in sorted(changed, key=lambda seat: seat.registration_id):
        await _tell(seat, meeting.id, tx)


async def _refuse_unknown(wish: SeatWish, meeting_id: UUID, tx: Transaction) -> None:
    unknown = RefusalReason.UNKNOWN_MEETING
    await _tell(domain.refused(wish, unknown), meeting_id, tx)


async def _tell(seat: Seat, meeting_id: UUID, tx: Transaction) -> None:
    view = SeatAnswerView(
        asker=seat.asker,
        meeting_id=meeting_id,
        request_revision=seat.request_revision,
        verdict=seat.verdict,
        refused_because=seat.refused_because,
    )
    label = EVENT_TYPES[seat.verdict]
    await tx.tell(SEAT_ANSWERS, seat.registration_id, view, to=seat.asker, event_type=label)
