"""What `events` publishes: meetings and their seats to all, and who asks for a seat of whom."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

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
    host: UUID | None = Field(default=None, description="The organisation that receives the guests")
    starts: AwareDatetime
    ends: AwareDatetime
    state: MeetingState = MeetingState.SCHEDULED
    cancelled_because: str | None = None
    schedule_revision: int = Field(
        description="Rises when the date, the place or the state changes (iCalendar SEQUENCE)"
    )
    is_sample: bool = False


class MeetingSeatsView(View):
    """How full a meeting is. `seated` is never more than `seats`."""

    seats: int
    seated: int
    waiting: int


class Wish(StrEnum):
    """What a guest's home wants of the organiser."""

    WANTED = "wanted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class SeatRequestView(View):
    """What the guest's home asks of the organiser. The subject is the guest's only name here."""

    organiser: str
    meeting_id: UUID
    organisation_id: UUID
    revision: int = Field(description="Rises with each change of the wish")
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


class SeatAnswerView(View):
    """The organiser's answer to one revision of a request."""

    asker: str
    meeting_id: UUID
    request_revision: int
    verdict: Verdict
    refused_because: RefusalReason | None = None


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

    person_id: UUID
    organisation_id: UUID
    organiser: str
    meeting_id: UUID
    state: RegistrationState
    refused_because: RefusalReason | None = None
    title: str
    starts: AwareDatetime
    ends: AwareDatetime
    place: str
    schedule_revision: int


MEETINGS = Stream(
    name="meetings",
    audience=Audience.SHARED,
    view=MeetingView,
    event_types=("meeting-scheduled", "meeting-changed", "meeting-moved", "meeting-cancelled"),
    publisher="events",
)

MEETING_SEATS = Stream(
    name="meeting-seats",
    audience=Audience.SHARED,
    view=MeetingSeatsView,
    event_types=("seats-opened", "seats-changed"),
    publisher="events",
)

SEAT_REQUESTS = Stream(
    name="seat-requests",
    audience=Audience.SHARED,
    view=SeatRequestView,
    event_types=("seat-requested", "seat-request-withdrawn", "seat-request-lapsed"),
    publisher="events",
)

SEAT_ANSWERS = Stream(
    name="seat-answers",
    audience=Audience.SHARED,
    view=SeatAnswerView,
    event_types=("seat-granted", "seat-queued", "seat-refused", "seat-released"),
    publisher="events",
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
)
