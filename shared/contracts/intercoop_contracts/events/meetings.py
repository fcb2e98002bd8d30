"""Meetings: what their organisers announce to the whole network."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from intercoop_contracts.attribution import OWN, AnyId
from intercoop_contracts.streams import Audience, Stream, View


class Format(StrEnum):
    VISIT = "visit"
    TRAINING = "training"
    WORKSHOP = "workshop"
    COMMITTEE = "committee-meeting"


class PlaceView(View):
    """Where a meeting is: the venue in words, the commune, and its position (WGS 84)."""

    venue: str | None = None
    commune: str = Field(description="The commune's name")
    departement: str | None = None
    lat: float | None = None
    lon: float | None = None


class MeetingState(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class MeetingView(View):
    """A meeting as its organiser announces it."""

    title: str
    format: Format
    description: str = ""
    place: PlaceView
    host: AnyId | None = Field(
        default=None, description="The organisation that receives the guests"
    )
    starts: AwareDatetime
    ends: AwareDatetime
    state: MeetingState = MeetingState.SCHEDULED
    cancelled_because: str | None = None
    schedule_revision: int = Field(
        description="Rises when the date, the place or the state changes (iCalendar SEQUENCE)"
    )
    is_sample: bool = False


MEETINGS = Stream(
    name="meetings",
    audience=Audience.SHARED,
    view=MeetingView,
    event_types=("meeting-scheduled", "meeting-changed", "meeting-moved", "meeting-cancelled"),
    publisher="events",
    key=OWN,
)
