"""A notice: one thing that one person hears of, as facts without words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from intercoop_contracts.advice import Side
from intercoop_contracts.directory import Role
from intercoop_contracts.events import RefusalReason
from intercoop_notifications.preferences.domain import Topic


class NoticeKind(StrEnum):
    """What happened, to the person who hears of it."""

    SEATED = "registration-seated"
    WAITING = "registration-waiting"
    REFUSED = "registration-refused"
    LAPSED = "registration-lapsed"
    CANCELLED = "registration-cancelled"
    MOVED = "meeting-moved"
    INVITED = "advice-invited"
    OFFERED = "advice-offered"
    INTRODUCED = "advice-introduced"
    NOT_TAKEN = "advice-not-taken"
    WITHDRAWN = "advice-withdrawn"
    CLOSED = "advice-closed"

    @property
    def topic(self) -> Topic:
        return Topic.ADVICE if self in _OF_ADVICE else Topic.MEETINGS


_OF_ADVICE: Final = frozenset(
    {
        NoticeKind.INVITED,
        NoticeKind.OFFERED,
        NoticeKind.INTRODUCED,
        NoticeKind.NOT_TAKEN,
        NoticeKind.WITHDRAWN,
        NoticeKind.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When and where a meeting is."""

    starts: datetime
    ends: datetime
    place: str


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What became of a registration; `before` is when and where the meeting was to be."""

    registration_id: UUID
    meeting_id: UUID
    organiser: str
    title: str
    schedule: Schedule
    before: Schedule | None = None
    promoted: bool = False
    refused_because: RefusalReason | None = None
    cancelled_because: str | None = None
    """In the organiser's words."""

    @property
    def caused_by(self) -> str | None:
        """The owner who decides about it."""
        return self.organiser


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The co-operative on the other side; its public contact once both have said yes."""

    organisation_id: UUID
    name: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    owner: str | None = None
    """Whose member it is; None in news of a version before."""


@dataclass(frozen=True, slots=True)
class AdviceFacts:
    """What became of a request for advice, as one co-operative of this instance sees it.

    `about` are those on the other side of whom it tells, `offers` and `withdrawals` those who
    offered, or took an offer back, at the same time; `because` are the mandates for which the
    person hears of it.
    """

    request_id: UUID
    organisation_id: UUID
    side: Side
    title: str
    about: tuple[Counterpart, ...] = ()
    offers: tuple[Counterpart, ...] = ()
    because: tuple[Role, ...] = ()
    withdrawals: tuple[Counterpart, ...] = ()
    organisation_name: str | None = None
    """Of the person's own co-operative; None in news of a version before."""

    @property
    def caused_by(self) -> str | None:
        """The owner on the other side, of several the first."""
        return self.about[0].owner if self.about else None


Facts: TypeAlias = MeetingFacts | AdviceFacts


@dataclass(frozen=True, slots=True)
class News:
    """What somebody is to hear of; by mail until `deadline` at the latest."""

    kind: NoticeKind
    facts: Facts
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """The change that a notice tells of: nobody hears of the same one twice."""

    stream: str
    subject: str
    version: int

    def notice_of(self, person_id: UUID) -> UUID:
        """The id of the notice that a person has of it.

        It is the same if it is given again after the database was restored from a backup, and so
        is the Message-ID of its mail, that may have left before.
        """
        return uuid5(person_id, f"{self.stream} {self.subject} {self.version}")


@dataclass(frozen=True, slots=True)
class Notice:
    """`position` counts the notices of a person, in the order in which they came to be.

    (Its column is `place`.)
    """

    id: UUID
    person_id: UUID
    position: int
    kind: NoticeKind
    facts: Facts
    created_at: datetime
    read_at: datetime | None = None
