"""Streams in: what becomes of meetings, and what organisers answer to those who asked."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import Told
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.directory import ACCOUNTS, PRESENTATIONS
from intercoop_contracts.events import MEETINGS, SEAT_ANSWERS, MeetingView, SeatAnswerView
from intercoop_contracts.streams import Ended
from intercoop_events.registrations import handlers
from intercoop_events.registrations.domain import SeatAnswer

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ACCOUNTS)
SUBSCRIBERS.read(PRESENTATIONS)


@SUBSCRIBERS.told(MEETINGS)
async def meeting_told(told: Told[MeetingView], tx: Transaction) -> None:
    match told.view:
        case MeetingView() as meeting:
            await handlers.follow(told.sender, told.id, meeting, tx)
        case Ended():
            pass


@SUBSCRIBERS.each(MEETINGS)
async def meeting_gone(change: Change[MeetingView], tx: Transaction) -> None:
    """One that is gone altogether counts as cancelled; its last view is all that is known of it."""
    match (change.before, change.after):
        case (MeetingView() as last_known, Ended()):
            await handlers.follow_to_the_end(change.owner, UUID(change.subject), last_known, tx)
        case _:
            pass


@SUBSCRIBERS.told(SEAT_ANSWERS, to=lambda view: view.asker, locks=lambda view: view.meeting_id)
async def seat_answered(told: Told[SeatAnswerView], tx: Transaction) -> None:
    match told.view:
        case SeatAnswerView(request_revision=revision, verdict=verdict, refused_because=because):
            await handlers.hear_answer(
                told.id, told.sender, SeatAnswer(revision, verdict, because), tx
            )
        case Ended():
            pass
