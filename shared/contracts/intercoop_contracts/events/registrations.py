"""Registrations: a person's place in a meeting, for the services of their instance only."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, AnyId, IssuedBy
from intercoop_contracts.bounds import Moment, Name, ScheduleRevision, Slug, Text
from intercoop_contracts.events.meetings import PlaceInWords
from intercoop_contracts.events.seats import RefusalReason
from intercoop_contracts.streams import Audience, Stream, View


class RegistrationState(StrEnum):
    """A registration as its person sees it. The first three are live."""

    ASKED = "asked"
    SEATED = "seated"
    WAITING = "waiting"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class RegistrationView(View):
    """A person's registration, with all that a notice about it needs."""

    person_id: AnyId
    organisation_id: AnyId
    organiser: Slug
    meeting_id: Annotated[UUID, IssuedBy("organiser")]
    state: RegistrationState
    refused_because: RefusalReason | None = None
    title: Name
    starts: Moment
    ends: Moment
    place: PlaceInWords
    schedule_revision: ScheduleRevision
    cancelled_because: Text | None = Field(
        default=None, description="Why the meeting was cancelled, as its organiser said it"
    )


REGISTRATIONS = Stream(
    name="registrations",
    audience=Audience.PRIVATE,
    view=RegistrationView,
    event_types=(
        "registration-asked",
        "registration-seated",
        "registration-waiting",
        "registration-refused",
        "registration-withdrawn",
        "registration-lapsed",
        "registration-cancelled",
        "registration-meeting-changed",
    ),
    publisher="events",
    key=OWN,
)
