"""Seats: how full a meeting is, what a guest's home asks, and what the organiser answers."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, AnyId, IssuedBy, OwnId
from intercoop_contracts.bounds import Count, Revision, Slug
from intercoop_contracts.streams import Audience, Stream, View


class MeetingSeatsView(View):
    """How full a meeting is. `seated` is never more than `seats`."""

    seats: Count
    seated: Count
    waiting: Count


class Wish(StrEnum):
    """What a guest's home wants of the organiser."""

    WANTED = "wanted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class SeatRequestView(View):
    """What the guest's home asks of the organiser. The subject is the guest's only name here."""

    organiser: Slug
    meeting_id: Annotated[UUID, IssuedBy("organiser")]
    organisation_id: AnyId
    revision: Revision = Field(description="Rises with each change of the wish")
    wish: Wish


class Verdict(StrEnum):
    """What the organiser answers."""

    SEATED = "seated"
    WAITING = "waiting"
    REFUSED = "refused"
    RELEASED = "released"


class RefusalReason(StrEnum):
    """Why there is no seat, neither now nor later."""

    UNKNOWN_MEETING = "unknown-meeting"
    CANCELLED = "cancelled"
    STARTED = "started"
    TOO_MANY = "too-many"


class SeatAnswerView(View):
    """The organiser's answer to one revision of a request, keyed by the asker's registration."""

    asker: Slug
    meeting_id: OwnId
    request_revision: Revision
    verdict: Verdict
    refused_because: RefusalReason | None = None


MEETING_SEATS = Stream(
    name="meeting-seats",
    audience=Audience.SHARED,
    view=MeetingSeatsView,
    event_types=("seats-opened", "seats-changed"),
    publisher="events",
    key=OWN,
)


SEAT_REQUESTS = Stream(
    name="seat-requests",
    audience=Audience.SHARED,
    view=SeatRequestView,
    event_types=("seat-requested", "seat-request-withdrawn", "seat-request-lapsed"),
    publisher="events",
    key=OWN,
)


SEAT_ANSWERS = Stream(
    name="seat-answers",
    audience=Audience.SHARED,
    view=SeatAnswerView,
    event_types=("seat-granted", "seat-queued", "seat-refused", "seat-released"),
    publisher="events",
    key=IssuedBy("asker"),
)
