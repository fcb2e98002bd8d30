"""Meetings: what their organisers announce to the whole network."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from intercoop_contracts.attribution import OWN, AnyId
from intercoop_contracts.bounds import (
    MAX_LINE,
    MAX_PERIOD_DAYS,
    VISIBLE,
    DepartementCode,
    Latitude,
    Longitude,
    LongText,
    Moment,
    Name,
    ScheduleRevision,
    Text,
)
from intercoop_contracts.streams import Audience, Stream, View

MAX_PLACE: Final = 2 * MAX_LINE + 2
"""The venue, a comma, a blank, the commune."""

PlaceInWords = Annotated[str, StringConstraints(max_length=MAX_PLACE, pattern=VISIBLE)]


class Format(StrEnum):
    VISIT = "visit"
    TRAINING = "training"
    WORKSHOP = "workshop"
    COMMITTEE = "committee-meeting"


class PlaceView(View):
    """Where a meeting is: the venue in words, the commune, and its position (WGS 84)."""

    venue: Text | None = None
    commune: Text = Field(min_length=1, description="The commune's name")
    departement: DepartementCode | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class MeetingState(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class MeetingView(View):
    """A meeting as its organiser announces it: it ends when it starts or later, within 366 days."""

    model_config = ConfigDict(
        json_schema_extra={
            "x-period": {"from": "starts", "to": "ends", "maxDays": MAX_PERIOD_DAYS},
        }
    )

    title: Name
    format: Format
    description: LongText = ""
    place: PlaceView
    host: AnyId | None = Field(
        default=None, description="The organisation that receives the guests"
    )
    starts: Moment
    ends: Moment
    state: MeetingState = MeetingState.SCHEDULED
    cancelled_because: Text | None = None
    schedule_revision: ScheduleRevision = Field(
        description="Rises when the date, the place or the state changes (iCalendar SEQUENCE)"
    )
    is_sample: bool = False
    open_to_everybody: bool = Field(
        default=False,
        description="Whether the organiser's public page shows it to people outside the network",
    )

    @model_validator(mode="after")
    def _has_a_period(self) -> Self:
        if not timedelta() <= self.ends - self.starts <= timedelta(days=MAX_PERIOD_DAYS):
            remedy = {"remedy": "End at the start or later, within 366 days"}
            raise PydanticCustomError("period", "does not end within 366 days", remedy)
        return self


MEETINGS = Stream(
    name="meetings",
    audience=Audience.SHARED,
    view=MeetingView,
    event_types=("meeting-scheduled", "meeting-changed", "meeting-moved", "meeting-cancelled"),
    publisher="events",
    key=OWN,
)
