"""Pace: how many changes share a transaction; fewer where they take long, so that it ends in time.

PostgreSQL ends a transaction that takes too long, with all its work. Where the database is slow or
far away, the same chunk tried again would never be done.
"""

import time
from dataclasses import dataclass
from typing import Final

ENOUGH_S: Final = 4.0
"""Several changes take no longer, give or take one: others wait for what they lock."""
_QUICK: Final = 0.25
"""Of that: who took less may take twice as many next time."""
_CAUTIOUS: Final = 4
"""As many times as long nobody takes more, after there were too many."""


class TooLongError(Exception):
    """These changes take too long together; next time there are fewer."""


class Pace:
    """How many changes go into the next transaction: `size`, between one and `most`."""

    def __init__(self, most: int) -> None:
        self.size = most
        self._most = most
        self._slowed_at = float("-inf")

    def begin(self, changes: int) -> "Turn":
        """A transaction of so many changes begins."""
        return Turn(self, changes, time.monotonic())

    def slow(self, size: int) -> None:
        """There were too many: take so many, or one."""
        self.size = max(1, size)
        self._slowed_at = time.monotonic()

    def quicken(self) -> None:
        """There could be more."""
        if time.monotonic() - self._slowed_at > ENOUGH_S * _CAUTIOUS:
            self.size = min(self._most, self.size * 2)


@dataclass(frozen=True, slots=True)
class Turn:
    """One transaction of several changes."""

    pace: Pace
    changes: int
    began: float

    def look(self, done: int = 0) -> None:
        """Raise `TooLongError` when several have taken long enough; `done` of them are."""
        if self.changes > 1 and self._seconds > ENOUGH_S:
            self.pace.slow((done or self.changes) // 2)
            raise TooLongError

    def end(self) -> None:
        """It is committed."""
        if self.changes >= self.pace.size and self._seconds < ENOUGH_S * _QUICK:
            self.pace.quicken()

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self.began
