"""The one state of somebody's place at a meeting. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from intercoop_contracts.events import MeetingState, RegistrationState
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.registrations.domain import Registration

_LIVE: Final = {
    RegistrationState.ASKED: "asked",
    RegistrationState.SEATED: "seated",
    RegistrationState.WAITING: "waiting",
}


class PlaceState(StrEnum):
    """Where somebody stands at a meeting: the last three are for whoever has no place yet."""

    CANCELLED = "cancelled"
    OVER = "over"
    ASKED = "asked"
    SEATED = "seated"
    WAITING = "waiting"
    FREE = "free"
    FULL = "full"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """`before` is what became of a registration that is no longer live.

    `rank` is one's place on the waiting list, or the one that one would have, as far as it is
    known here.
    """

    state: PlaceState
    registration: Registration | None = None
    before: RegistrationState | None = None
    rank: int | None = None

    @property
    def may_register(self) -> bool:
        return self.state in {PlaceState.FREE, PlaceState.FULL, PlaceState.UNCOUNTED}


def own_place(
    known: KnownMeeting, own: Registration | None, rank: int | None, now: datetime
) -> OwnPlace:
    """The state of somebody's place, whose newest registration is `own`."""
    before = own.state if own and not own.is_live else None
    if known.view.state is MeetingState.CANCELLED:
        return OwnPlace(PlaceState.CANCELLED, own, before)
    if now >= known.view.starts:
        return OwnPlace(PlaceState.OVER, own, before)
    if own and own.is_live:
        return OwnPlace(PlaceState(_LIVE[own.state]), own, None, rank)
    seats = known.seats
    if seats is None:
        return OwnPlace(PlaceState.UNCOUNTED, own, before)
    if seats.waiting or seats.seated >= seats.seats:
        return OwnPlace(PlaceState.FULL, own, before, seats.waiting + 1)
    return OwnPlace(PlaceState.FREE, own, before)
