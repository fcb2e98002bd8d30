"""A meeting as everybody reads it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from intercoop_contracts.events import MeetingSeatsView, MeetingView
from intercoop_events.meetings.domain.known_meeting import KnownMeeting


class MeetingAnswer(MeetingView):
    """A meeting, its organiser, and how full it is as far as this instance knows."""

    id: UUID
    owner: str = Field(description="The organiser", examples=["midi-pyrenees"])
    as_of: datetime = Field(description="When the organiser said so")
    seats: MeetingSeatsView | None = Field(
        description="Absent until the organiser's count has arrived"
    )
    distance_km: float | None = Field(None, description="From where was asked, if a place was")

    @classmethod
    def of(cls, known: KnownMeeting) -> "MeetingAnswer":
        distance = known.distance_km
        return cls.model_construct(
            **dict(known.view),
            id=known.id,
            owner=known.owner,
            as_of=known.as_of,
            seats=known.seats,
            distance_km=None if distance is None else round(distance, 1),
        )
