"""A person's registration, as their home keeps it: asked, answered, withdrawn, lapsed."""

from dataclasses import dataclass, replace
from typing import Final, assert_never
from uuid import UUID

from intercoop_contracts.events import (
    MeetingState,
    MeetingView,
    RefusalReason,
    RegistrationState,
    RegistrationView,
    SeatRequestView,
    Verdict,
    Wish,
)
from intercoop_events.meetings.domain.meeting import place_in_words

LIVE: Final = frozenset(
    {RegistrationState.ASKED, RegistrationState.SEATED, RegistrationState.WAITING}
)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who wants a seat, in whose name."""

    person_id: UUID
    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class Registration:
    """`revision` counts the changes of what its home asks of the organiser."""

    id: UUID
    organiser: str
    meeting_id: UUID
    person_id: UUID
    organisation_id: UUID
    revision: int = 1
    state: RegistrationState = RegistrationState.ASKED
    refused_because: RefusalReason | None = None

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class SeatAnswer:
    """What the organiser says to one revision of a request."""

    request_revision: int
    verdict: Verdict
    refused_because: RefusalReason | None = None


def answered(registration: Registration, answer: SeatAnswer) -> Registration:
    """The registration after an answer; an answer to another revision changes nothing."""
    if answer.request_revision != registration.revision or not registration.is_live:
        return registration
    match answer.verdict:
        case Verdict.SEATED:
            return replace(registration, state=RegistrationState.SEATED)
        case Verdict.WAITING:
            return replace(registration, state=RegistrationState.WAITING)
        case Verdict.REFUSED:
            return _refused(registration, answer.refused_because)
        case Verdict.RELEASED:
            return registration
        case never:
            assert_never(never)


def _refused(registration: Registration, because: RefusalReason | None) -> Registration:
    if because is RefusalReason.CANCELLED:  # the news of it may come later than the answer
        return replace(registration, state=RegistrationState.CANCELLED)
    return replace(registration, state=RegistrationState.REFUSED, refused_because=because)


def withdrawn(registration: Registration) -> Registration:
    """The registration, withdrawn by its person; the very same when it is not live."""
    return (
        _given_up(registration, RegistrationState.WITHDRAWN)
        if registration.is_live
        else (registration)
    )


def lapsed(registration: Registration) -> Registration:
    """A request that nobody answered before the meeting began is given up."""
    if registration.state is not RegistrationState.ASKED:
        return registration
    return _given_up(registration, RegistrationState.LAPSED)


def following(registration: Registration, meeting: MeetingView) -> Registration:
    """The registration after its meeting changed: a cancelled one ends it."""
    if registration.is_live and meeting.state is MeetingState.CANCELLED:
        return replace(registration, state=RegistrationState.CANCELLED)
    return registration


def registration_view(registration: Registration, meeting: MeetingView) -> RegistrationView:
    return RegistrationView(
        person_id=registration.person_id,
        organisation_id=registration.organisation_id,
        organiser=registration.organiser,
        meeting_id=registration.meeting_id,
        state=registration.state,
        refused_because=registration.refused_because,
        title=meeting.title,
        starts=meeting.starts,
        ends=meeting.ends,
        place=place_in_words(meeting.place),
        schedule_revision=meeting.schedule_revision,
        cancelled_because=meeting.cancelled_because,
    )


def request_view(registration: Registration) -> SeatRequestView:
    """What its home asks of the organiser now."""
    given_up = {
        RegistrationState.WITHDRAWN: Wish.WITHDRAWN,
        RegistrationState.LAPSED: Wish.LAPSED,
    }
    return SeatRequestView(
        organiser=registration.organiser,
        meeting_id=registration.meeting_id,
        organisation_id=registration.organisation_id,
        revision=registration.revision,
        wish=given_up.get(registration.state, Wish.WANTED),
    )


def _given_up(registration: Registration, state: RegistrationState) -> Registration:
    return replace(registration, state=state, revision=registration.revision + 1)
