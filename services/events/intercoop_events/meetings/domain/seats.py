"""The seats of one meeting: who has one, who waits, and what a wish makes of it.

Only the organiser decides, meeting by meeting, in the order in which wishes reach it. Never are
more seated than there are seats, and the first to wait is the first to be promoted. A decision
needs to know how full the meeting is and what was said to this one registration, not the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_contracts.events import RefusalReason, Verdict, Wish

PROMOTED_AT_ONCE: Final = 100
"""Of those who wait, when many seats become free at once; the others follow, step by step."""


@dataclass(frozen=True, slots=True)
class SeatWish:
    """What the guest's home (`asker`) wants; `revision` rises with each change of the wish."""

    registration_id: UUID
    asker: str
    organisation_id: UUID
    revision: int
    wish: Wish

    @property
    def is_wanted(self) -> bool:
        return self.wish is Wish.WANTED


@dataclass(frozen=True, slots=True)
class Seat:
    """The organiser's word on one registration; `queue` is its place in the order of arrival."""

    registration_id: UUID
    asker: str
    organisation_id: UUID
    request_revision: int
    verdict: Verdict
    queue: int
    refused_because: RefusalReason | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an owner may ask for beside what it has: open requests here, places in this queue.

    So many more answers may be made to it today that give no place.
    """

    requests: int
    waiting: int
    fruitless: int


@dataclass(frozen=True, slots=True)
class Room:
    """How full a meeting is; `arrivals` is the last place in the order of arrival."""

    seats: int
    starts: datetime
    is_cancelled: bool
    seated: int = 0
    waiting: int = 0
    arrivals: int = 0

    @property
    def has_seat(self) -> bool:
        """Whether who comes now is seated: there is a free seat, and nobody came before."""
        return self.seated < self.seats and not self.waiting

    def refusal(self, now: datetime) -> RefusalReason | None:
        """Why nobody is seated or queued any more, if so."""
        if self.is_cancelled:
            return RefusalReason.CANCELLED
        return RefusalReason.STARTED if now >= self.starts else None

    def promotable(self, now: datetime) -> int:
        """How many of those who wait are to be seated now, `PROMOTED_AT_ONCE` at most."""
        if self.refusal(now):
            return 0
        return max(0, min(self.seats - self.seated, self.waiting, PROMOTED_AT_ONCE))


def decide(
    room: Room,
    wish: SeatWish,
    known: Seat | None,
    *,
    now: datetime,
    allowance: Allowance | None = None,
) -> tuple[Room, Seat | None]:
    """Answer a wish of which `known` was said before; then `promote` who waits for a free seat.

    A wish that is known already, or older than one that is, changes nothing and is not answered;
    nor is one by somebody else than who asked first. Without an `allowance` any number is allowed.
    To an owner that used up its fruitless answers nothing is said but about what it has.
    """
    if known and (known.request_revision >= wish.revision or known.asker != wish.asker):
        return room, None
    if allowance and allowance.fruitless <= 0 and not is_live(known):
        return room, None
    answer = _kept(known, wish) or _answer(room, wish, allowance, now)
    return _counting(room, known, answer), answer


def promote(room: Room, queue: Sequence[Seat], *, now: datetime) -> tuple[Room, Sequence[Seat]]:
    """Seat the first who wait while there is room; `queue` has `promotable` of them, in order."""
    promoted = tuple(
        replace(entry, verdict=Verdict.SEATED) for entry in queue[: room.promotable(now)]
    )
    count = len(promoted)
    return replace(room, seated=room.seated + count, waiting=room.waiting - count), promoted


def refused(wish: SeatWish, because: RefusalReason) -> Seat:
    """The answer to a wish for a meeting that is not here."""
    return Seat(
        wish.registration_id,
        wish.asker,
        wish.organisation_id,
        wish.revision,
        Verdict.REFUSED,
        0,
        because,
    )


def is_live(known: Seat | None) -> bool:
    """Whether a registration has a seat or waits."""
    return known is not None and known.verdict in {Verdict.SEATED, Verdict.WAITING}


def _kept(known: Seat | None, wish: SeatWish) -> Seat | None:
    """Who wants what they have keeps it."""
    keeps = known if is_live(known) and wish.is_wanted else None
    return replace(keeps, request_revision=wish.revision) if keeps else None


def _answer(room: Room, wish: SeatWish, allowance: Allowance | None, now: datetime) -> Seat:
    refusal = _refusal(room, allowance, now) if wish.is_wanted else None
    return Seat(
        wish.registration_id,
        wish.asker,
        wish.organisation_id,
        wish.revision,
        _verdict(room, wish, refusal),
        room.arrivals + 1,
        refusal,
    )


def _refusal(room: Room, allowance: Allowance | None, now: datetime) -> RefusalReason | None:
    if room.refusal(now) or allowance is None:
        return room.refusal(now)
    is_short = allowance.requests <= 0 or (not room.has_seat and allowance.waiting <= 0)
    return RefusalReason.TOO_MANY if is_short else None


def _verdict(room: Room, wish: SeatWish, refusal: RefusalReason | None) -> Verdict:
    if not wish.is_wanted:
        return Verdict.RELEASED
    if refusal:
        return Verdict.REFUSED
    return Verdict.SEATED if room.has_seat else Verdict.WAITING


def _counting(room: Room, before: Seat | None, after: Seat) -> Room:
    """The room when one registration's entry is another."""

    def change(verdict: Verdict) -> int:
        return (after.verdict is verdict) - (before is not None and before.verdict is verdict)

    return replace(
        room,
        seated=room.seated + change(Verdict.SEATED),
        waiting=room.waiting + change(Verdict.WAITING),
        arrivals=max(room.arrivals, after.queue),
    )
