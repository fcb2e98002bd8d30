"""Schedules, changes, moves and cancels the meetings of this instance."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import EVERYBODY
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import Expected, check_version
from intercoop_contracts.events import MEETINGS, MeetingView
from intercoop_events.meetings.domain import meeting as domain
from intercoop_events.meetings.domain.joining import Contradicted, draft_of, join
from intercoop_events.meetings.domain.meeting import Meeting, MeetingDraft
from intercoop_events.meetings.handlers import seats
from intercoop_events.meetings.store import meetings
from intercoop_events.meetings.store.seats import seated


async def schedule(
    draft: MeetingDraft, meeting_id: UUID, tx: Transaction, *, now: datetime
) -> Meeting | Refused:
    meeting = domain.schedule(draft, meeting_id, now=now)
    if isinstance(meeting, Refused):
        return meeting
    await _keep(meeting, None, tx)
    await seats.open_seats(meeting, tx)
    return meeting


async def amend(
    meeting_id: UUID, expected: Expected, draft: MeetingDraft, tx: Transaction, *, now: datetime
) -> Meeting | Refused:
    """Replace what is said of a meeting, if it is still of a version that is `expected`.

    More seats go to those who wait. Raises `NotFoundError`, `StaleVersionError` and
    `ConflictError`.
    """
    before = await _lock(meeting_id, tx)
    check_version(before.version, expected)
    if before.is_cancelled:
        raise ConflictError("The meeting is cancelled: announce another one")
    after = domain.change(before, draft, await seated(meeting_id, tx), now=now)
    if isinstance(after, Refused) or after == before:
        return after
    await _keep(after, before.view, tx)
    await seats.promote(after, tx, now=now)
    return after


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody else was quicker, and both contradict each other: nothing is saved."""

    saved: Meeting
    sent: MeetingDraft
    contradicted: Contradicted


@dataclass(frozen=True, slots=True)
class Saved:
    """A meeting as it is now; `is_joined` when somebody else had changed it meanwhile."""

    meeting: Meeting
    is_changed: bool
    is_joined: bool


async def amend_joining(
    read: Meeting, draft: MeetingDraft, tx: Transaction, *, now: datetime
) -> Saved | Refused | Outdated:
    """Replace what is said of a meeting, joined with what others have said since it was `read`.

    More seats go to those who wait. Raises `NotFoundError` and `ConflictError`.
    """
    before = await _lock(read.id, tx)
    is_joined = before.version != read.version
    draft = replace(draft, is_sample=before.view.is_sample)
    joined = join(draft_of(read), draft_of(before), draft) if is_joined else draft
    if isinstance(joined, Contradicted):
        return Outdated(before, draft, joined)
    expected = Expected(frozenset({before.version}))
    after = await amend(read.id, expected, joined, tx, now=now)
    if isinstance(after, Refused):
        return after
    return Saved(after, is_changed=after != before, is_joined=is_joined)


async def cancel(meeting_id: UUID, because: str, tx: Transaction) -> Meeting:
    """Cancel a meeting for good; again is no change."""
    before = await _lock(meeting_id, tx)
    after = domain.cancel(before, because)
    if after != before:
        await _keep(after, before.view, tx)
    return after


async def _keep(meeting: Meeting, before: MeetingView | None, tx: Transaction) -> None:
    await meetings.save(meeting, tx)
    label = domain.event_type(before, meeting.view)
    await tx.tell(MEETINGS, meeting.id, meeting.view, to=EVERYBODY, event_type=label)


async def _lock(meeting_id: UUID, tx: Transaction) -> Meeting:
    meeting = await meetings.lock(meeting_id, tx)
    if meeting:
        return meeting
    organiser = await meetings.organiser_of(meeting_id, tx)
    if organiser:
        raise ConflictError(f"This meeting is {organiser}'s: only there it can be changed")
    raise NotFoundError("No meeting has this id: list the coming ones to find the right one")
