"""The seats of one meeting: who has one, who waits, and what a wish makes of it.

Only the organiser decides, meeting by meeting, in the order in which wishes reach it. Never are
more seated than there are seats, and the first to wait is the first to be promoted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from intercoop_contracts.events import RefusalReason, Verdict, Wish


@dataclass(frozen=True, slots=True)
class SeatWish:
    """What the guest's home (`asker`) wants; `revision` rises with each change of the wish."""

    registration_id: UUID
    asker: str
    organisation_id: UUID
    revision: int
    wish: Wish


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
class Roll:
    """Everything the organiser needs to decide about one meeting's seats."""

    seats: int
    starts: datetime
    is_cancelled: bool
    entries: tuple[Seat, ...] = ()

    @property
    def seated(self) -> int:
        return sum(entry.verdict is Verdict.SEATED for entry in self.entries)

    @property
    def waiting(self) -> int:
        return sum(entry.verdict is Verdict.WAITING for entry in self.entries)

    def of(self, registration_id: UUID) -> Seat | None:
        return next(
            (entry for entry in self.entries if entry.registration_id == registration_id), None
        )

    def refusal(self, now: datetime) -> RefusalReason | None:
        """Why nobody is seated or queued any more, if so."""
        if self.is_cancelled:
            return RefusalReason.CANCELLED
        return RefusalReason.STARTED if now >= self.starts else None


Decision = tuple[Roll, Sequence[Seat]]
"""The roll afterwards, and the entries that changed, each an answer to somebody."""


def decide(roll: Roll, wish: SeatWish, *, now: datetime) -> Decision:
    """Answer a wish; a seat that is given back goes to the first who waits.

    A wish that is known already, or older than one that is, changes nothing; nor does one by
    somebody else than who asked first.
    """
    known = roll.of(wish.registration_id)
    if known and (known.request_revision >= wish.revision or known.asker != wish.asker):
        return roll, ()
    answer = _kept(known, wish) if known else None
    answer = answer or _answer(roll, wish, now)
    after = _with(roll, answer)
    after, promoted = promote(after, now=now)
    return after, (answer, *promoted)


def promote(roll: Roll, *, now: datetime) -> Decision:
    """Seat those who wait while there is room, the first to come first."""
    if roll.refusal(now):
        return roll, ()
    queue = sorted(
        (entry for entry in roll.entries if entry.verdict is Verdict.WAITING),
        key=lambda entry: entry.queue,
    )
    free = max(0, roll.seats - roll.seated)
    promoted = tuple(replace(entry, verdict=Verdict.SEATED) for entry in queue[:free])
    return _with(roll, *promoted), promoted


def refused(wish: SeatWish, because: RefusalReason) -> Seat:
    """The answer to a wish for which there is no roll to look at."""
    return Seat(
        wish.registration_id,
        wish.asker,
        wish.organisation_id,
        wish.revision,
        Verdict.REFUSED,
        0,
        because,
    )


def _kept(known: Seat, wish: SeatWish) -> Seat | None:
    """Who wants what they have keeps it."""
    has = known.verdict in {Verdict.SEATED, Verdict.WAITING}
    return replace(known, request_revision=wish.revision) if has and _wants(wish) else None


def _wants(wish: SeatWish) -> bool:
    return wish.wish is Wish.WANTED


def _answer(roll: Roll, wish: SeatWish, now: datetime) -> Seat:
    refusal = roll.refusal(now) if _wants(wish) else None
    return Seat(
        wish.registration_id,
        wish.asker,
        wish.organisation_id,
        wish.revision,
        _verdict(roll, wish, refusal),
        max((entry.queue for entry in roll.entries), default=0) + 1,
        refusal,
    )


def _verdict(roll: Roll, wish: SeatWish, refusal: RefusalReason | None) -> Verdict:
    if not _wants(wish):
        return Verdict.RELEASED
    if refusal:
        return Verdict.REFUSED
    return Verdict.SEATED if roll.seated < roll.seats else Verdict.WAITING


def _with(roll: Roll, *entries: Seat) -> Roll:
    new = {entry.registration_id for entry in entries}
    others = tuple(entry for entry in roll.entries if entry.registration_id not in new)
    return replace(roll, entries=(*others, *entries))
