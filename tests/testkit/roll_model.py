"""Seats decided in the simplest way: with the whole list at hand, which `events` never reads."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from intercoop_contracts.events import Verdict, Wish
from intercoop_events.meetings.domain.seats import Seat, SeatWish


@dataclass
class Roll:
    """A meeting's seats, and an entry for everybody who ever asked."""

    seats: int
    starts: datetime
    entries: dict[UUID, Seat] = field(default_factory=dict)

    def having(self, verdict: Verdict) -> list[Seat]:
        """Whose entry says so, in the order in which they came."""
        found = [entry for entry in self.entries.values() if entry.verdict is verdict]
        return sorted(found, key=lambda entry: entry.queue)

    def answer(self, wish: SeatWish, now: datetime) -> list[Seat]:
        """Those whose entries changed: the one who wishes, then those who were promoted."""
        known = self.entries.get(wish.registration_id)
        if known and (known.request_revision >= wish.revision or known.asker != wish.asker):
            return []
        has = known and known.verdict in {Verdict.SEATED, Verdict.WAITING}
        if known and has and wish.wish is Wish.WANTED:
            answer = replace(known, request_revision=wish.revision)
        else:
            last = max((entry.queue for entry in self.entries.values()), default=0)
            verdict = self._verdict(wish, now)
            answer = Seat(
                *(wish.registration_id, wish.asker, wish.organisation_id, wish.revision),
                verdict,
                last + 1,
                "started" if verdict is Verdict.REFUSED else None,
            )
        self.entries[wish.registration_id] = answer
        return [answer, *self._promote(now)]

    def widen(self, seats: int, now: datetime) -> list[Seat]:
        """More seats: those who were promoted."""
        self.seats = seats
        return self._promote(now)

    def _verdict(self, wish: SeatWish, now: datetime) -> Verdict:
        if wish.wish is not Wish.WANTED:
            return Verdict.RELEASED
        if now >= self.starts:
            return Verdict.REFUSED
        is_full = len(self.having(Verdict.SEATED)) >= self.seats
        return Verdict.WAITING if is_full else Verdict.SEATED

    def _promote(self, now: datetime) -> list[Seat]:
        free = self.seats - len(self.having(Verdict.SEATED)) if now < self.starts else 0
        promoted = [
            replace(entry, verdict=Verdict.SEATED)
            for entry in self.having(Verdict.WAITING)[: max(0, free)]
        ]
        self.entries |= {entry.registration_id: entry for entry in promoted}
        return promoted
