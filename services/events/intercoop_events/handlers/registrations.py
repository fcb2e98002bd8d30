"""The guests' side: people of this instance ask for seats, here or at any other organiser's.

Whoever calls locks the copy of the meeting first, then the registration, then composes the view:
so a move and an answer cannot overwrite each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis import jobs
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import NotYetError
from intercoop_contracts.events import (
    MEETINGS,
    REGISTRATIONS,
    SEAT_REQUESTS,
    MeetingState,
    MeetingView,
    RegistrationState,
)
from intercoop_events.domain import registrations as domain
from intercoop_events.domain.registrations import Registration, SeatAnswer
from intercoop_events.domain.seats import Seat, SeatWish
from intercoop_events.handlers import seats
from intercoop_events.store import meetings, registrations
from intercoop_events.store.meetings import MeetingCopy

LAPSE: Final = "lapse"
REQUEST_EVENTS: Final = {
    RegistrationState.WITHDRAWN: "seat-request-withdrawn",
    RegistrationState.LAPSED: "seat-request-lapsed",
}


@dataclass(frozen=True, slots=True)
class Guest:
    """Who wants a seat, in whose name."""

    person_id: UUID
    organisation_id: UUID


async def register(
    guest: Guest, meeting_id: UUID, registration_id: UUID, tx: Transaction, *, now: datetime
) -> Registration:
    """Ask for a seat; at a meeting of this instance the answer is there at once.

    Raises `NotFoundError` for an unknown meeting, `ConflictError` for one that is cancelled or has
    begun, and for a person who has a live registration.
    """
    copy = await _lock_copy_of(meeting_id, tx)
    _check_open(copy.view, now)
    one = Registration(
        registration_id, copy.organiser, meeting_id, guest.person_id, guest.organisation_id
    )
    if not await registrations.insert(one, tx):
        existing = await registrations.live_id(meeting_id, guest.person_id, tx)
        raise ConflictError(
            f"This person is registered already ({existing}): withdraw that registration first"
        )
    if copy.organiser != tx.owner:
        await _ask(one, copy.view, tx)
        return one
    await _decide_here(one, copy, tx, now=now)
    return await _now(registration_id, tx)


async def withdraw(registration_id: UUID, tx: Transaction, *, now: datetime) -> Registration:
    """Give a seat, a place in the queue or an open request up; again changes nothing.

    Raises `NotFoundError`, and `ConflictError` for a meeting that has begun.
    """
    before, copy = await _lock(registration_id, tx)
    if before.is_live and now >= copy.view.starts:
        raise ConflictError("The meeting has begun: tell the organiser who did not come")
    return await _give_up(before, domain.withdrawn(before), copy, tx, now=now)


async def lapse(registration_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Give up what nobody answered before the meeting began, or look again when it begins."""
    before, copy = await _lock(registration_id, tx)
    if now < copy.view.starts:
        await _wake_at_the_start(before, copy.view, tx)
    else:
        await _give_up(before, domain.lapsed(before), copy, tx, now=now)


async def hear_answer(
    registration_id: UUID, organiser: str, answer: SeatAnswer, tx: Transaction
) -> None:
    """Take an organiser's answer, if it is about the request as it is now.

    Raises `NotYetError` while the meeting is not known, as after its organiser was not followed.
    """
    known = await registrations.get(registration_id, tx)
    if known is None or known.organiser != organiser:
        return
    if await meetings.lock_copy(organiser, known.meeting_id, tx) is None:
        raise NotYetError(MEETINGS, known.meeting_id)
    before, copy = await _lock(registration_id, tx)
    after = domain.answered(before, answer)
    if after != before:
        await _keep(after, copy.view, tx, f"registration-{after.state}")
        await jobs.cancel(tx, _timer(after))


async def follow(organiser: str, meeting_id: UUID, view: MeetingView, tx: Transaction) -> None:
    """Make live registrations agree with what became of their meeting, which is locked."""
    live = await registrations.lock_live(organiser, meeting_id, tx)
    if not live:
        return
    those = [domain.following(one, view) for one in live]
    await registrations.update(those, tx)
    for before, after in zip(live, those, strict=True):
        changed = after.state != before.state
        label = f"registration-{after.state}" if changed else "registration-meeting-changed"
        _publish(after, view, tx, label)
        if before.state is RegistrationState.ASKED:
            await _follow_timer(after, view, tx)


async def hear_meeting(
    organiser: str, meeting_id: UUID, last_known: MeetingView | None, tx: Transaction
) -> None:
    """Another organiser's meeting changed. One that is gone altogether counts as cancelled."""
    copy = await meetings.lock_copy(organiser, meeting_id, tx)
    if copy:
        await follow(organiser, meeting_id, copy.view, tx)
    elif last_known:
        gone = last_known.model_copy(update={"state": MeetingState.CANCELLED})
        await follow(organiser, meeting_id, gone, tx)


async def settle(answers: Iterable[Seat], view: MeetingView, tx: Transaction) -> None:
    """Bring this instance's own answers to the registrations here; the meeting is locked."""
    for seat in sorted(answers, key=lambda one: one.registration_id):
        before = await registrations.lock(seat.registration_id, tx)
        if before is None:
            continue
        answer = SeatAnswer(seat.request_revision, seat.verdict, seat.refused_because)
        after = domain.answered(before, answer)
        if after != before:
            await _keep(after, view, tx, f"registration-{after.state}")


async def _ask(one: Registration, view: MeetingView, tx: Transaction) -> None:
    label = REQUEST_EVENTS.get(one.state, "seat-requested")
    tx.publish(SEAT_REQUESTS, one.id, domain.request_view(one), event_type=label)
    _publish(one, view, tx, f"registration-{one.state}")
    await _follow_timer(one, view, tx)


async def _decide_here(
    one: Registration, copy: MeetingCopy, tx: Transaction, *, now: datetime
) -> None:
    meeting = await meetings.lock(copy.id, tx)
    if meeting is None:
        raise _unknown_meeting()
    asked = domain.request_view(one)
    wish = SeatWish(one.id, tx.owner, one.organisation_id, one.revision, asked.wish)
    await settle(await seats.decide(meeting, wish, tx, now=now), copy.view, tx)


async def _give_up(
    before: Registration, after: Registration, copy: MeetingCopy, tx: Transaction, *, now: datetime
) -> Registration:
    if after == before:
        return before
    await _keep(after, copy.view, tx, f"registration-{after.state}")
    if after.organiser == tx.owner:
        await _decide_here(after, copy, tx, now=now)
    else:
        await _ask(after, copy.view, tx)
    return after


async def _keep(after: Registration, view: MeetingView, tx: Transaction, label: str) -> None:
    await registrations.update([after], tx)
    _publish(after, view, tx, label)


def _publish(one: Registration, view: MeetingView, tx: Transaction, label: str) -> None:
    tx.publish(REGISTRATIONS, one.id, domain.registration_view(one, view), event_type=label)


async def _follow_timer(one: Registration, view: MeetingView, tx: Transaction) -> None:
    if one.state is RegistrationState.ASKED:
        await _wake_at_the_start(one, view, tx)
    else:
        await jobs.cancel(tx, _timer(one))


async def _wake_at_the_start(one: Registration, view: MeetingView, tx: Transaction) -> None:
    await jobs.schedule(tx, _timer(one), LAPSE, view.starts, {"registration": str(one.id)})


def _timer(one: Registration) -> str:
    return f"{LAPSE}:{one.id}"


async def _lock(registration_id: UUID, tx: Transaction) -> tuple[Registration, MeetingCopy]:
    """The copy of the meeting first, then the registration."""
    known = await registrations.get(registration_id, tx)
    if known is None:
        raise no_such_registration()
    copy = await meetings.lock_copy(known.organiser, known.meeting_id, tx)
    locked = await registrations.lock(registration_id, tx)
    if copy is None or locked is None:
        raise _unknown_meeting()
    return locked, copy


async def _now(registration_id: UUID, tx: Transaction) -> Registration:
    one = await registrations.get(registration_id, tx)
    if one is None:
        raise no_such_registration()
    return one


async def _lock_copy_of(meeting_id: UUID, tx: Transaction) -> MeetingCopy:
    organiser = await meetings.organiser_of(meeting_id, tx)
    copy = await meetings.lock_copy(organiser, meeting_id, tx) if organiser else None
    if copy is None:
        raise _unknown_meeting()
    return copy


def _check_open(view: MeetingView, now: datetime) -> None:
    if view.state is MeetingState.CANCELLED:
        raise ConflictError("The meeting is cancelled: choose another one")
    if now >= view.starts:
        raise ConflictError("The meeting has begun: choose another one")


def no_such_registration() -> NotFoundError:
    return NotFoundError("No registration has this id: list yours to find the right one")


def _unknown_meeting() -> NotFoundError:
    return NotFoundError("No meeting has this id: list the coming ones to find the right one")
