"""Pace: how many changes share a transaction; fewer where they take long, so that it ends in time.

PostgreSQL ends a transaction that takes too long, with all its work. Where the database is slow or
far away, the same chunk tried again would never be done.
"""

import time
from dataclasses import dataclass
from typing import Final

ENOUGH_S: Final = 8.0
"""A transaction of several changes takes no longer, give or take a change: its limit is 30 s."""
_QUICK: Final = 0.25
"""Of that: who took less may take twice as many next time."""


class TooLongError(Exception):
    """These changes take too long together; next time there are fewer."""


class Pace:
    """How many changes go into the next transaction: `size`, between one and `most`."""

    def __init__(self, most: int) -> None:
        self.size = most
        self._most = most

    def begin(self, changes: int) -> "Turn":
        """A transaction of so many changes begins."""
        return Turn(self, changes, time.monotonic())

    def look(self, turn: "Turn", done: int) -> None:
        """Raise `TooLongError` where what is left is better done in transactions of its own."""
        if turn.changes > 1 and turn.seconds > ENOUGH_S:
            self.size = max(1, (done or turn.changes) // 2)
            raise TooLongError

    def end(self, turn: "Turn") -> None:
        """All of it was done."""
        if turn.changes >= self.size and turn.seconds < ENOUGH_S * _QUICK:
            self.size = min(self._most, self.size * 2)


@dataclass(frozen=True, slots=True)
class Turn:
    """One transaction of several changes."""

    pace: Pace
    changes: int
    began: float

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def look(self, done: int = 0) -> None:
        """Raise `TooLongError` when it has taken long enough; `done` of its changes are."""
        self.pace.look(self, done)

    def end(self) -> None:
        self.pace.end(self)
