"""Streams in: what other organisers announce, whom they answer, and who asks us for a seat."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_contracts.events import (
    MEETING_SEATS,
    MEETINGS,
    SEAT_ANSWERS,
    SEAT_REQUESTS,
    MeetingView,
    SeatAnswerView,
    SeatRequestView,
)
from intercoop_contracts.streams import Ended
from intercoop_events.meetings import projections
from intercoop_events.meetings.domain.seats import SeatWish
from intercoop_events.meetings.handlers import requests
from intercoop_events.registrations import handlers as registrations
from intercoop_events.registrations.domain import SeatAnswer

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ORGANISATIONS)
SUBSCRIBERS.read(PEOPLE)
SUBSCRIBERS.project(MEETINGS, forget=projections.forget_meetings)(projections.remember_meetings)
SUBSCRIBERS.project(MEETING_SEATS, forget=projections.forget_seats)(projections.remember_seats)
SUBSCRIBERS.read(SEAT_REQUESTS, addressed=True)
SUBSCRIBERS.read(SEAT_ANSWERS, addressed=True)


@SUBSCRIBERS.each(MEETINGS)
async def meeting_changed(change: Change[MeetingView], tx: Transaction) -> None:
    last_known = change.before if isinstance(change.before, MeetingView) else None
    await registrations.hear_meeting(change.owner, UUID(change.subject), last_known, tx)


@SUBSCRIBERS.each(SEAT_REQUESTS, locks=lambda view: view.meeting_id)
async def seat_requested(change: Change[SeatRequestView], tx: Transaction) -> None:
    match change.after:
        case SeatRequestView(organiser=tx.owner) as request:
            wish = SeatWish(
                UUID(change.subject),
                change.owner,
                request.organisation_id,
                request.revision,
                request.wish,
            )
            await requests.answer(wish, request.meeting_id, tx, now=datetime.now(UTC))
        case SeatRequestView() | Ended():
            pass


@SUBSCRIBERS.each(SEAT_ANSWERS, locks=lambda view: view.meeting_id)
async def seat_answered(change: Change[SeatAnswerView], tx: Transaction) -> None:
    match change.after:
        case SeatAnswerView(asker=tx.owner) as view:
            answer = SeatAnswer(view.request_revision, view.verdict, view.refused_because)
            await registrations.hear_answer(UUID(change.subject), change.owner, answer, tx)
        case SeatAnswerView() | Ended():
            pass
