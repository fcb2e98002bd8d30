"""The form of a meeting: what was typed, read; and a meeting as the fields show it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from intercoop_chassis.clock import PARIS
from intercoop_chassis.http.texts import Body, LongText, Name, Text
from intercoop_chassis.pages import Form, bind
from intercoop_chassis.pages.inputs import Day, Time, Whole
from intercoop_chassis.pages.words import Words
from intercoop_contracts.bounds import Moment
from intercoop_contracts.events import Format, MeetingView, PlaceView
from intercoop_events.meetings.domain.meeting import MAX_SEATS, MeetingDraft
from intercoop_events.organisations.domain import Place

_UNNAMED: Final = "…"
_DAY: Final[TypeAdapter[Day]] = TypeAdapter(Day)
_TIME: Final[TypeAdapter[Time]] = TypeAdapter(Time)
_BETWEEN: Final = re.compile(r"\s*(?:T|,?\s+(?:à|at)\s+|,?\s+)\s*", re.IGNORECASE)


def _moment(typed: object) -> object:
    """`2026-12-03T14:30`, `3/12/2026 à 14h30`: an hour in France."""
    if not isinstance(typed, str):
        return typed
    day, *rest = _BETWEEN.split(typed.strip(), maxsplit=1)
    try:
        date = _DAY.validate_python(day)
        time = _TIME.validate_python(rest[0] if rest else "")
        return datetime.combine(date, time, PARIS).astimezone(UTC)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        raise PydanticCustomError(kind, "is no moment") from None
    except OverflowError:
        raise PydanticCustomError("no_such_day", "is not in the calendar") from None


def _with_plain_line_ends(typed: object) -> object:
    return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed


TypedMoment = Annotated[Moment, BeforeValidator(_moment)]
Lines = Annotated[LongText, BeforeValidator(_with_plain_line_ends)]


class MeetingForm(Body):
    """What the form sends. Commune and host are names; `lasts` (minutes) is for an end left out."""

    model_config = ConfigDict(extra="ignore")

    title: Name
    format: Format
    starts: TypedMoment
    ends: TypedMoment | None = None
    lasts: Annotated[Whole, Field(ge=15, le=31 * 24 * 60)] = 120
    seats: Annotated[Whole, Field(ge=1, le=MAX_SEATS)]
    host: Text | None = None
    chosen_host: UUID | None = Field(default=None, alias="host.id")
    venue: Text | None = None
    commune: Text | None = None
    chosen_commune: Text | None = Field(default=None, alias="commune.which")
    description: Lines = ""
    open_to_everybody: bool = False

    def draft(self, place: PlaceView, host: UUID | None) -> MeetingDraft:
        return MeetingDraft(
            title=self.title,
            format=self.format,
            place=place,
            starts=self.starts,
            ends=self.ends or self.starts + timedelta(minutes=self.lasts),
            seats=self.seats,
            description=self.description,
            host=host,
            open_to_everybody=self.open_to_everybody,
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent: its fields, and what of it can be read."""

    form: Form[MeetingForm]
    readable: MeetingForm


def read_form(sent: Mapping[str, str], said: Words) -> Typed:
    """What was typed, with everything that cannot be read at its field."""
    form = bind(MeetingForm, sent, said)
    return Typed(form, form.model or _readable(form, said))


def typed_of(draft: MeetingDraft, host: str) -> dict[str, str]:
    """The fields as they show what is said; the form made of them says the same."""
    place = draft.place
    return {
        "title": draft.title,
        "format": draft.format.value,
        "starts": _local(draft.starts),
        "ends": _local(draft.ends),
        "seats": str(draft.seats),
        "host": host,
        "host.id": str(draft.host or ""),
        "venue": place.venue or "",
        "commune": Place(place.commune, place.departement).written,
        "description": draft.description,
        "open_to_everybody": "true" if draft.open_to_everybody else "",
    }


def keeping_seconds(draft: MeetingDraft, was: MeetingView) -> MeetingDraft:
    """The draft with the very moments that it shows to the minute, where they are as they were."""
    starts = was.starts if _local(was.starts) == _local(draft.starts) else draft.starts
    ends = was.ends if _local(was.ends) == _local(draft.ends) else draft.ends
    return replace(draft, starts=starts, ends=ends)


def _local(moment: datetime) -> str:
    return moment.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def _readable(form: Form[MeetingForm], said: Words) -> MeetingForm:
    """What is left without the fields that cannot be read, so that all faults are told at once."""
    wrong = {fault.field for fault in form.faults}
    rest = {name: text for name, text in form.typed.items() if name not in wrong and text.strip()}
    needed = {"title": _UNNAMED, "format": "visit", "starts": "2100-01-01T12:00", "seats": "5000"}
    model = bind(MeetingForm, {**needed, **rest}, said).model
    return model or MeetingForm.model_validate(needed)
