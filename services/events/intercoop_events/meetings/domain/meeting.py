"""A meeting of this instance: what may be said of it, and what a change makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.spelling import tidy, tidy_lines, tidy_or_none
from intercoop_contracts.events import Format, MeetingState, MeetingView, PlaceView

MAX_SEATS: Final = 5000
LONGEST: Final = timedelta(days=31)
FARTHEST: Final = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """What somebody says of a meeting."""

    title: str
    format: Format
    place: PlaceView
    starts: datetime
    ends: datetime
    seats: int
    description: str = ""
    host: UUID | None = None
    is_sample: bool = False
    open_to_everybody: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """`version` counts its changes; `view` is what everybody reads."""

    id: UUID
    version: int
    seats: int
    view: MeetingView

    @property
    def is_cancelled(self) -> bool:
        return self.view.state is MeetingState.CANCELLED

    def has_started(self, now: datetime) -> bool:
        return now >= self.view.starts


def schedule(draft: MeetingDraft, meeting_id: UUID, *, now: datetime) -> Meeting | Refused:
    """A new meeting, in the future."""
    refusals = (*_about_the_text(draft), *_about_the_period(draft), *_about_the_start(draft, now))
    if refusals:
        return Refused(refusals)
    view = MeetingView(**_said(draft), schedule_revision=0, is_sample=draft.is_sample)
    return Meeting(meeting_id, 1, draft.seats, view)


def change(
    meeting: Meeting, draft: MeetingDraft, seated: int, *, now: datetime
) -> Meeting | Refused:
    """The meeting as it is said to be now; the very same when nothing changes.

    A meeting that has begun keeps its dates, and seats that are taken are not taken away.
    """
    moved = (draft.starts, draft.ends) != (meeting.view.starts, meeting.view.ends)
    refusals = (
        *_about_the_text(draft),
        *_about_the_period(draft),
        *(_about_the_start(draft, now) if moved else ()),
        *(_about_a_past_start(meeting, now) if moved else ()),
        *_about_the_seats(draft, seated),
    )
    if refusals:
        return Refused(refusals)
    view = meeting.view.model_copy(update=_said(draft))
    if view == meeting.view and draft.seats == meeting.seats:
        return meeting
    if is_rescheduled(meeting.view, view):
        view = view.model_copy(update={"schedule_revision": view.schedule_revision + 1})
    return replace(meeting, version=meeting.version + 1, seats=draft.seats, view=view)


def cancel(meeting: Meeting, because: str) -> Meeting:
    """The meeting, cancelled for good; the very same when it was."""
    if meeting.is_cancelled:
        return meeting
    cancelled = {
        "state": MeetingState.CANCELLED,
        "cancelled_because": tidy(because),
        "schedule_revision": meeting.view.schedule_revision + 1,
    }
    return replace(
        meeting, version=meeting.version + 1, view=meeting.view.model_copy(update=cancelled)
    )


def is_rescheduled(before: MeetingView, after: MeetingView) -> bool:
    """Whether a calendar has to know: the date, the place or the state is another."""
    return (before.starts, before.ends, before.place, before.state) != (
        after.starts,
        after.ends,
        after.place,
        after.state,
    )


def event_type(before: MeetingView | None, after: MeetingView) -> str:
    """What happened, for people and logs."""
    if before is None:
        return "meeting-scheduled"
    if after.state is MeetingState.CANCELLED:
        return "meeting-cancelled"
    return "meeting-moved" if is_rescheduled(before, after) else "meeting-changed"


def place_in_words(place: PlaceView) -> str:
    return f"{place.venue}, {place.commune}" if place.venue else place.commune


def _said(draft: MeetingDraft) -> dict[str, object]:
    return {
        "title": tidy(draft.title),
        "format": draft.format,
        "description": tidy_lines(draft.description),
        "place": _tidied(draft.place),
        "host": draft.host,
        "starts": draft.starts.astimezone(UTC),
        "ends": draft.ends.astimezone(UTC),
        "open_to_everybody": draft.open_to_everybody,
    }


def _tidied(place: PlaceView) -> PlaceView:
    words = {"venue": tidy_or_none(place.venue), "commune": tidy(place.commune)}
    return place.model_copy(update=words)


def _about_the_text(draft: MeetingDraft) -> Iterator[Refusal]:
    if not tidy(draft.title):
        yield Refusal(
            "title",
            Sentence("est vide", "is empty"),
            Sentence("Donnez un titre à la rencontre", "Give the meeting a title"),
        )
    if not tidy(draft.place.commune):
        yield Refusal(
            "place.commune",
            Sentence("est vide", "is empty"),
            Sentence("Indiquez la commune de la rencontre", "Name the commune of the meeting"),
        )
    if (draft.place.lat is None) != (draft.place.lon is None):
        yield Refusal(
            "place.lat",
            Sentence("ne fait une position qu'avec lon", "makes a position only together with lon"),
            Sentence("Indiquez les deux, ou aucune", "Send both, or none"),
        )


def _about_the_period(draft: MeetingDraft) -> Iterator[Refusal]:
    if draft.ends <= draft.starts:
        yield Refusal(
            "ends",
            Sentence("n'est pas après le début", "is not after the beginning"),
            Sentence("Corrigez l'une des deux heures", "Correct one of the two times"),
        )
    elif draft.ends - draft.starts > LONGEST:
        yield Refusal(
            "ends",
            Sentence(
                "est plus d'un mois après le début", "is more than a month after the beginning"
            ),
            Sentence("Annoncez plusieurs rencontres", "Announce several meetings"),
        )


def _about_the_start(draft: MeetingDraft, now: datetime) -> Iterator[Refusal]:
    if not now < draft.starts < now + FARTHEST:
        yield Refusal(
            "starts",
            Sentence(
                "n'est pas dans les trois ans à venir", "is not within the three years to come"
            ),
            Sentence("Corrigez la date", "Correct the date"),
        )


def _about_a_past_start(meeting: Meeting, now: datetime) -> Iterator[Refusal]:
    if meeting.has_started(now):
        yield Refusal(
            "starts",
            Sentence("ne change plus : la rencontre a commencé", "is fixed: the meeting has begun"),
            Sentence("Annoncez une autre rencontre", "Announce another meeting"),
        )


def _about_the_seats(draft: MeetingDraft, seated: int) -> Iterator[Refusal]:
    if draft.seats < seated:
        yield Refusal(
            "seats",
            Sentence(
                f"est moins que les {seated} places déjà prises",
                f"is less than the {seated} seats that are taken",
            ),
            Sentence(f"Indiquez au moins {seated}", f"Send {seated} at least"),
        )
