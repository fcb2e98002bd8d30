"""Streams in: what other organisers announce, and who asks us for a seat."""

from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import Told
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.events import MEETING_SEATS, MEETINGS, SEAT_REQUESTS, SeatRequestView
from intercoop_contracts.streams import Ended
from intercoop_events.meetings import projections
from intercoop_events.meetings.domain.seats import SeatWish
from intercoop_events.meetings.handlers import seats

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.project(MEETINGS, forget=projections.forget_meetings)(projections.remember_meetings)
SUBSCRIBERS.project(MEETING_SEATS, forget=projections.forget_seats)(projections.remember_seats)


@SUBSCRIBERS.told(SEAT_REQUESTS, to=lambda view: view.organiser, locks=lambda view: view.meeting_id)
async def seat_requested(told: Told[SeatRequestView], tx: Transaction) -> None:
    match told.view:
        case SeatRequestView(organisation_id=organisation_id, revision=revision, wish=wanted):
            wish = SeatWish(told.id, told.sender, organisation_id, revision, wanted)
            await seats.answer(wish, told.view.meeting_id, tx, now=told.now)
        case Ended():
            pass
