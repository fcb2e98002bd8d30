"""What `events` publishes: meetings and their seats to all, and who asks for a seat of whom."""

from intercoop_contracts.events.meetings import (
    MEETINGS,
    Format,
    MeetingState,
    MeetingView,
    PlaceView,
)
from intercoop_contracts.events.registrations import (
    REGISTRATIONS,
    RegistrationState,
    RegistrationView,
)
from intercoop_contracts.events.seats import (
    MEETING_SEATS,
    SEAT_ANSWERS,
    SEAT_REQUESTS,
    MeetingSeatsView,
    RefusalReason,
    SeatAnswerView,
    SeatRequestView,
    Verdict,
    Wish,
)

__all__ = [
    "MEETINGS",
    "MEETING_SEATS",
    "REGISTRATIONS",
    "SEAT_ANSWERS",
    "SEAT_REQUESTS",
    "Format",
    "MeetingSeatsView",
    "MeetingState",
    "MeetingView",
    "PlaceView",
    "RefusalReason",
    "RegistrationState",
    "RegistrationView",
    "SeatAnswerView",
    "SeatRequestView",
    "Verdict",
    "Wish",
]
