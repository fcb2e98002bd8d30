"""The guests' side: people of this instance ask for seats, here or at any other organiser's.

Whoever calls locks the copy of the meeting first, then the registration, then composes the view:
so a move and an answer cannot overwrite each other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis import jobs
from intercoop_chassis.errors import ConflictError, NotFoundError, NotYetError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import (
    MEETINGS,
    REGISTRATIONS,
    SEAT_REQUESTS,
    MeetingState,
    MeetingView,
    RegistrationState,
)
from intercoop_events.meetings.store import meetings
from intercoop_events.meetings.store.meetings import MeetingCopy
from intercoop_events.registrations import domain, store
from intercoop_events.registrations.domain import Guest, Registration, SeatAnswer

LAPSE: Final = "lapse"
LAPSE_AGAIN_AFTER: Final = timedelta(seconds=10)
FOLLOW: Final = "follow"
FOLLOWED_AT_ONCE: Final = 500
"""Registrations that follow their meeting in one transaction."""

REQUEST_EVENTS: Final = {
    RegistrationState.WITHDRAWN: "seat-request-withdrawn",
    RegistrationState.LAPSED: "seat-request-lapsed",
}


async def register(
    guest: Guest, meeting_id: UUID, registration_id: UUID, tx: Transaction, *, now: datetime
) -> Registration:
    """Ask for a seat; at a meeting of this instance the answer is there at once.

    Raises `NotFoundError` for an unknown meeting, `ConflictError` for one that is cancelled or has
    begun, and for a person who has a live registration.
    """
    copy = await _lock_copy_of(meeting_id, tx)
    _check_open(copy.view, now)
    registration = Registration(
        registration_id, copy.organiser, meeting_id, guest.person_id, guest.organisation_id
    )
    if not await store.insert(registration, tx):
        existing = await store.live_id(meeting_id, guest.person_id, tx)
        raise ConflictError(
            f"This person is registered already ({existing}): withdraw that registration first"
        )
    await _ask(registration, copy.view, tx)
    return await store.require(registration_id, tx)


async def withdraw(registration_id: UUID, tx: Transaction, *, now: datetime) -> Registration:
    """Give a seat, a place in the queue or an open request up; again changes nothing.

    Raises `NotFoundError`, and `ConflictError` for a meeting that has begun.
    """
    before, meeting = await _lock(registration_id, tx)
    if before.is_live and now >= meeting.starts:
        raise ConflictError("The meeting has begun: tell the organiser who did not come")
    return await _give_up(before, domain.withdrawn(before), meeting, tx)


async def lapse(registration_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Give up what nobody answered before the meeting began, or look again when it begins.

    A timer being fired holds its own row, which whoever has locked the meeting may wait for: it
    waits for no lock, and looks again soon.
    """
    held = await store.lock(registration_id, tx, wait=False)
    if held is None or held.meeting is None:
        await _look_again(registration_id, tx, now=now)
    elif now < held.meeting.starts:
        await _follow_timer(held.registration, held.meeting, tx)
    else:
        before = held.registration
        await _give_up(before, domain.lapsed(before), held.meeting, tx)


async def hear_answer(
    registration_id: UUID, organiser: str, answer: SeatAnswer, tx: Transaction
) -> None:
    """Take an organiser's answer, if it is about the request as it is now.

    Raises `NotYetError` while the meeting is not known, as after its organiser was not followed.
    """
    held = await store.lock(registration_id, tx)
    if held is None or held.registration.organiser != organiser:
        return
    if held.meeting is None:
        raise NotYetError(MEETINGS, held.registration.meeting_id)
    after = domain.answered(held.registration, answer)
    if after != held.registration:
        await _keep(after, held.meeting, tx)
        await _follow_timer(after, held.meeting, tx)


async def follow(
    organiser: str,
    meeting_id: UUID,
    meeting: MeetingView,
    tx: Transaction,
    *,
    after: UUID | None = None,
) -> None:
    """Make the first live registrations `after` one agree with what became of their meeting.

    It is locked: this very transaction has written it, as its organiser or as its copy, or has
    locked the copy. A timer goes on with the others.
    """
    live = await store.lock_live(organiser, meeting_id, after, FOLLOWED_AT_ONCE, tx)
    if not live:
        return
    followed = [domain.following(registration, meeting) for registration in live]
    await store.update(followed, tx)
    for before, now in zip(live, followed, strict=True):
        changed = now.state != before.state
        label = f"registration-{now.state}" if changed else "registration-meeting-changed"
        _publish(now, meeting, tx, label)
    asked = [before.state is RegistrationState.ASKED for before in live]
    await _follow_timers(
        [now for now, was in zip(followed, asked, strict=True) if was], meeting, tx
    )
    if len(live) == FOLLOWED_AT_ONCE:
        await _go_on_following(live[-1], meeting, tx)


async def follow_to_the_end(
    organiser: str, meeting_id: UUID, last_known: MeetingView, tx: Transaction
) -> None:
    """Live registrations for a meeting that is gone altogether are cancelled."""
    gone = last_known.model_copy(update={"state": MeetingState.CANCELLED})
    await follow(organiser, meeting_id, gone, tx)


async def go_on_following(payload: Mapping[str, str], tx: Transaction) -> None:
    """The next registrations of a meeting that has changed, as it is now or was at its end.

    Nothing after a later change: that one has begun with the first registration again.
    """
    organiser, meeting_id = payload["organiser"], UUID(payload["meeting"])
    copy = await meetings.lock_copy(organiser, meeting_id, tx)
    if _version(copy) != payload["version"]:
        return
    meeting = copy.view if copy else MeetingView.model_validate_json(payload["last_known"])
    await follow(organiser, meeting_id, meeting, tx, after=UUID(payload["after"]))


async def _ask(registration: Registration, meeting: MeetingView, tx: Transaction) -> None:
    """Say what this registration wants; an organiser at home has answered when this returns."""
    _publish(registration, meeting, tx, f"registration-{registration.state}")
    await tx.tell(
        SEAT_REQUESTS,
        registration.id,
        domain.request_view(registration),
        to=registration.organiser,
        event_type=REQUEST_EVENTS.get(registration.state, "seat-requested"),
    )
    await _follow_timer(registration, meeting, tx)


async def _give_up(
    before: Registration, after: Registration, meeting: MeetingView, tx: Transaction
) -> Registration:
    if after != before:
        await store.update([after], tx)
        await _ask(after, meeting, tx)
    return after


async def _keep(after: Registration, meeting: MeetingView, tx: Transaction) -> None:
    await store.update([after], tx)
    _publish(after, meeting, tx, f"registration-{after.state}")


def _publish(registration: Registration, meeting: MeetingView, tx: Transaction, label: str) -> None:
    view = domain.registration_view(registration, meeting)
    tx.publish(REGISTRATIONS, registration.id, view, event_type=label)


async def _go_on_following(last: Registration, meeting: MeetingView, tx: Transaction) -> None:
    """Schedule the next step, under a key of its own.

    A timer being fired has locked its row and waits for the meeting, which is locked here: a key
    that both use would be a deadlock.
    """
    copy = await meetings.lock_copy(last.organiser, last.meeting_id, tx)
    payload = {
        "version": _version(copy),
        "organiser": last.organiser,
        "meeting": str(last.meeting_id),
        "after": str(last.id),
        "last_known": meeting.model_dump_json(),
    }
    key = f"{FOLLOW}:{last.meeting_id}:{tx.new_id()}"
    await jobs.schedule(tx, key, FOLLOW, tx.now, payload)


def _version(copy: MeetingCopy | None) -> str:
    return str(copy.version) if copy else "gone"


async def _follow_timer(registration: Registration, meeting: MeetingView, tx: Transaction) -> None:
    await _follow_timers([registration], meeting, tx)


async def _follow_timers(
    registrations: Sequence[Registration], meeting: MeetingView, tx: Transaction
) -> None:
    """What another organiser has not answered lapses at the start; at home nothing stays open.

    All are of this meeting.
    """
    away = [registration for registration in registrations if registration.organiser != tx.owner]
    asked = {
        f"{LAPSE}:{registration.id}": {"registration": str(registration.id)}
        for registration in away
        if registration.state is RegistrationState.ASKED
    }
    settled = {f"{LAPSE}:{registration.id}" for registration in away} - asked.keys()
    if asked:
        await jobs.schedule_all(tx, LAPSE, meeting.starts, asked)
    if settled:
        await jobs.cancel_all(tx, settled)


async def _look_again(registration_id: UUID, tx: Transaction, *, now: datetime) -> None:
    """Somebody is at this registration or its meeting."""
    registration = await store.require(registration_id, tx)
    if await meetings.organiser_of(registration.meeting_id, tx) is None:
        raise _unknown_meeting()
    payload = {"registration": str(registration_id)}
    key = f"{LAPSE}:{registration_id}"
    await jobs.schedule(tx, key, LAPSE, now + LAPSE_AGAIN_AFTER, payload)


async def _lock(registration_id: UUID, tx: Transaction) -> tuple[Registration, MeetingView]:
    """The registration, and its meeting as it is known here."""
    held = await store.lock(registration_id, tx)
    if held is None:
        raise store.no_such_registration()
    if held.meeting is None:
        raise _unknown_meeting()
    return held.registration, held.meeting


async def _lock_copy_of(meeting_id: UUID, tx: Transaction) -> MeetingCopy:
    organiser = await meetings.organiser_of(meeting_id, tx)
    copy = await meetings.lock_copy(organiser, meeting_id, tx) if organiser else None
    if copy is None:
        raise _unknown_meeting()
    return copy


def _check_open(meeting: MeetingView, now: datetime) -> None:
    if meeting.state is MeetingState.CANCELLED:
        raise ConflictError("The meeting is cancelled: choose another one")
    if now >= meeting.starts:
        raise ConflictError("The meeting has begun: choose another one")


def _unknown_meeting() -> NotFoundError:
    return NotFoundError("No meeting has this id: list the coming ones to find the right one")
