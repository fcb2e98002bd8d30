"""Which invitations of another owner are shown, and which wait: each for one reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_advice.limits import Limits

A_DAY: Final = timedelta(days=1)


class Because(StrEnum):
    """Why an invitation waits."""

    UNKNOWN = "unknown-organisation"
    """No co-operative of this instance has this id, or not yet: streams arrive in any order."""
    A_REQUEST = "invitations-a-request"
    OPEN_REQUESTS = "open-requests"
    OPEN_INVITATIONS = "open-invitations"
    DAILY = "daily-invitations"


@dataclass(frozen=True, slots=True)
class Fresh:
    """An invitation that is not shown yet, and how much its owner asks of this co-operative.

    `open` and `today` are counted up to their limits, no further.
    """

    id: UUID
    organisation_id: UUID
    is_known: bool
    open: int
    today: int


@dataclass(frozen=True, slots=True)
class Room:
    """How many invitations of the request are shown, and how many other requests are open."""

    shown: int
    other_requests: int


def why_each_waits(
    fresh: Sequence[Fresh], room: Room, limits: Limits
) -> Iterator[tuple[Fresh, Because | None]]:
    """Each with the limit that it meets, or None for one that is shown, in their order."""
    shown = room.shown
    for each in fresh:
        because = _because(each, Room(shown, room.other_requests), limits)
        shown += because is None
        yield each, because


def _because(fresh: Fresh, room: Room, limits: Limits) -> Because | None:
    if not fresh.is_known:
        return Because.UNKNOWN
    if room.shown >= limits.a_request:
        return Because.A_REQUEST
    if room.shown == 0 and room.other_requests >= limits.open_requests:
        return Because.OPEN_REQUESTS
    if fresh.open >= limits.open_invitations:
        return Because.OPEN_INVITATIONS
    return Because.DAILY if fresh.today >= limits.daily else None
