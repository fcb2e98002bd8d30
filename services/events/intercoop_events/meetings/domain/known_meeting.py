"""What is known of a meeting, this instance's own or another organiser's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intercoop_contracts.events import MeetingSeatsView, MeetingView


@dataclass(frozen=True, slots=True)
class KnownMeeting:
    """The newest state that its organiser (`owner`) has published, and when it did.

    `version` is there for this instance's own, `seats` when the organiser's count has arrived.
    `bytes` is how much the view has as it is kept.
    """

    id: UUID
    owner: str
    as_of: datetime
    view: MeetingView
    version: int | None = None
    bytes: int = 0
    seats: MeetingSeatsView | None = None
    distance_km: float | None = None
