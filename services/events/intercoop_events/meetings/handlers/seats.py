"""The organiser's side of the seat protocol: every decision under the meeting's row lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import (
    MEETING_SEATS,
    SEAT_ANSWERS,
    MeetingSeatsView,
    SeatAnswerView,
    Verdict,
)
from intercoop_events.meetings.domain import seats as domain
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Roll, Seat, SeatWish
from intercoop_events.meetings.store import seats as store

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


async def decide(
    meeting: Meeting, wish: SeatWish, tx: Transaction, *, now: datetime
) -> Sequence[Seat]:
    """Answer a wish for a meeting that is locked; returns the answers to this instance's people."""
    roll = await store.roll_of(meeting, tx)
    roll, changed = domain.decide(roll, wish, now=now)
    return await _keep(meeting, roll, changed, tx) if changed else ()


async def promote(meeting: Meeting, tx: Transaction, *, now: datetime) -> Sequence[Seat]:
    """Seat who waits after the meeting got more seats; returns the answers to own people."""
    roll = await store.roll_of(meeting, tx)
    roll, promoted = domain.promote(roll, now=now)
    return await _keep(meeting, roll, promoted, tx)


async def _keep(
    meeting: Meeting, roll: Roll, changed: Sequence[Seat], tx: Transaction
) -> Sequence[Seat]:
    await store.save(meeting.id, roll, changed, tx)
    count = MeetingSeatsView(seats=roll.seats, seated=roll.seated, waiting=roll.waiting)
    tx.publish(
        MEETING_SEATS,
        meeting.id,
        count,
        event_type="seats-changed" if roll.entries else "seats-opened",
    )
    for one in changed:
        if one.asker != tx.owner:
            publish_answer(meeting, one, tx)
    return [one for one in changed if one.asker == tx.owner]


def publish_answer(meeting: Meeting, seat: Seat, tx: Transaction) -> None:
    view = SeatAnswerView(
        asker=seat.asker,
        meeting_id=meeting.id,
        request_revision=seat.request_revision,
        verdict=seat.verdict,
        refused_because=seat.refused_because,
    )
    tx.publish(SEAT_ANSWERS, seat.registration_id, view, event_type=EVENT_TYPES[seat.verdict])
