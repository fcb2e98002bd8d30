"""The organiser's side of the seat protocol: every decision under the meeting's row lock.

Each answer locks a registration where it is heard, if that is here: they go in the order of ids.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis import jobs
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
from intercoop_events.meetings.domain.seats import Allowance, Room, Seat, SeatWish
from intercoop_events.meetings.store import meetings, seats as store
from intercoop_events.meetings.store.seats import Standing
from intercoop_events.settings import EventsSettings

PROMOTE: Final = "promote"
EVENT_TYPES: Final = {
    Verdict.SEATED: "seat-granted",
    Verdict.WAITING: "seat-queued",
    Verdict.REFUSED: "seat-refused",
    Verdict.RELEASED: "seat-released",
}


async def open_seats(meeting: Meeting, tx: Transaction) -> None:
    """Say how many seats a new meeting has."""
    room = Room(meeting.seats, meeting.view.starts, is_cancelled=False)
    await _keep(meeting, room, (), tx, now=tx.now)


async def answer(wish: SeatWish, meeting_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Answer a guest's wish; one for a meeting that is not ours is refused, not parked."""
    meeting = await meetings.lock(meeting_id, tx)
    if meeting is None:
        await _refuse_unknown(wish, meeting_id, tx, now=now)
        return
    asker = wish.asker if wish.asker != tx.owner else None
    standing = await store.standing(meeting, wish.registration_id, asker, now, tx)
    allowance = _allowance(standing, tx) if asker else None
    room, given = domain.decide(standing.room, wish, standing.known, now=now, allowance=allowance)
    if given is None:
        return
    promoted: Sequence[Seat] = ()
    if given.verdict is not Verdict.WAITING:  # else a timer is at those who came before
        room, promoted = await _promote(meeting, room, tx, now=now, beside=given)
    await _keep(meeting, room, [given, *promoted], tx, now=now)


async def _refuse_unknown(
    wish: SeatWish, meeting_id: UUID, tx: Transaction, *, now: datetime
) -> None:
    """Nothing is kept of it but the answer, so nothing is said once that was said too often."""
    most = tx.settings_as(EventsSettings).limit_daily_fruitless_answers
    if await store.may_refuse(wish.asker, most, now, tx):
        await _tell(domain.refused(wish, RefusalReason.UNKNOWN_MEETING), meeting_id, tx)


async def promote(meeting: Meeting, tx: Transaction, *, now: datetime) -> None:
    """Seat who waits after the meeting, which is locked, got more seats."""
    room = await store.room_of(meeting, tx)
    room, promoted = await _promote(meeting, room, tx, now=now)
    await _keep(meeting, room, promoted, tx, now=now)


async def promote_more(meeting_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Seat the next of those who wait beside free seats."""
    meeting = await meetings.lock(meeting_id, tx)
    if meeting:
        await promote(meeting, tx, now=now)


async def _promote(
    meeting: Meeting, room: Room, tx: Transaction, *, now: datetime, beside: Seat | None = None
) -> tuple[Room, Sequence[Seat]]:
    """Seat the first who wait; a timer seats the others when there are too many for one step.

    `beside` has just been answered, and is not among them, whatever its row still says.
    """
    many = room.promotable(now)
    if not many:
        return room, ()
    queue = await store.first_waiting(meeting.id, many, tx, without=beside)
    room, promoted = domain.promote(room, queue, now=now)
    if promoted and room.promotable(now):
        await _go_on_promoting(meeting.id, promoted[-1], tx, now=now)
    return room, promoted


async def _go_on_promoting(meeting_id: UUID, last: Seat, tx: Transaction, *, now: datetime) -> None:
    """The next step. Its key rises with the queue, so it is never that of a timer being fired.

    That one has locked its row and waits for the meeting, which whoever schedules has locked.
    """
    key = f"{PROMOTE}:{meeting_id}:{last.queue}"
    await jobs.schedule(tx, key, PROMOTE, now, {"meeting": str(meeting_id)})


def _allowance(standing: Standing, tx: Transaction) -> Allowance:
    """What another owner may still ask for; an instance's own people take any number of seats."""
    limits = tx.settings_as(EventsSettings)
    return Allowance(
        requests=limits.limit_seat_requests - standing.used_requests,
        waiting=limits.limit_waiting_guests - standing.used_waiting,
        fruitless=limits.limit_daily_fruitless_answers - standing.fruitless,
    )


async def _keep(
    meeting: Meeting, room: Room, changed: Sequence[Seat], tx: Transaction, *, now: datetime
) -> None:
    """Save and say how full the meeting is, and answer everybody whose entry changed."""
    await store.save(meeting.id, room, changed, tx, now=now)
    count = MeetingSeatsView(seats=room.seats, seated=room.seated, waiting=room.waiting)
    label = "seats-changed" if room.arrivals else "seats-opened"
    tx.publish(MEETING_SEATS, meeting.id, count, event_type=label)
    for seat in sorted(changed, key=lambda seat: seat.registration_id):
        await _tell(seat, meeting.id, tx)


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
