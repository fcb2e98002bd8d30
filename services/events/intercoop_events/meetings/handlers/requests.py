"""Requests of other instances' guests for seats at meetings of this one."""

from datetime import datetime
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import SEAT_ANSWERS, RefusalReason, SeatAnswerView, Verdict
from intercoop_events.meetings.domain.seats import SeatWish
from intercoop_events.meetings.handlers import seats
from intercoop_events.meetings.store import meetings
from intercoop_events.registrations import handlers as registrations


async def answer(wish: SeatWish, meeting_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Decide about a guest's wish; one for a meeting that is not ours is refused, not parked."""
    meeting = await meetings.lock(meeting_id, tx)
    if meeting is None:
        _refuse_unknown(wish, meeting_id, tx)
        return
    own = await seats.decide(meeting, wish, tx, now=now)
    await registrations.settle(own, meeting.view, tx)


def _refuse_unknown(wish: SeatWish, meeting_id: UUID, tx: Transaction) -> None:
    view = SeatAnswerView(
        asker=wish.asker,
        meeting_id=meeting_id,
        request_revision=wish.revision,
        verdict=Verdict.REFUSED,
        refused_because=RefusalReason.UNKNOWN_MEETING,
    )
    tx.publish(SEAT_ANSWERS, wish.registration_id, view, event_type="seat-refused")
