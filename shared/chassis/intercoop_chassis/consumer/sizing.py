"""Batch sizing: how many changes share a transaction, fewer where they take long.

PostgreSQL ends a transaction that takes too long, with all its work. Where the database is slow or
far away, the same chunk tried again would never be done. The size follows by multiplicative
decrease and increase: halved at once, doubled again later.
"""

import time
from dataclasses import dataclass
from typing import Final

BUDGET_S: Final = 4.0
"""Several changes take no longer, give or take one: others wait for what they lock."""
_QUICK: Final = 0.25
"""Part of the budget: the size doubles after a whole chunk that took less."""
_CAUTIOUS: Final = 4
"""As many budgets long the size does not grow again, after it was too much."""


class TooLongError(Exception):
    """These changes take too long together; next time there are fewer."""


class ChunkSize:
    """How many changes go into the next transaction: `current`, between one and `most`."""

    def __init__(self, most: int) -> None:
        self.current = most
        self._most = most
        self._decreased_at = float("-inf")

    def begin(self, changes: int) -> "TimeBudget":
        """A transaction of so many changes begins."""
        return TimeBudget(self, changes, time.monotonic())

    def decrease(self, to: int) -> None:
        """There were too many: take so many, or one."""
        self.current = max(1, to)
        self._decreased_at = time.monotonic()

    def increase(self) -> None:
        """There could be more."""
        if time.monotonic() - self._decreased_at > BUDGET_S * _CAUTIOUS:
            self.current = min(self._most, self.current * 2)


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """What one transaction of `changes` may take; one change alone may take any time."""

    size: ChunkSize
    changes: int
    began: float

    def check(self, done: int = 0) -> None:
        """Raise `TooLongError` when several have taken long enough; `done` of them are."""
        if self.changes > 1 and self._seconds > BUDGET_S:
            self.size.decrease((done or self.changes) // 2)
            raise TooLongError

    def committed(self) -> None:
        """The transaction has ended well."""
        if self.changes >= self.size.current and self._seconds < BUDGET_S * _QUICK:
            self.size.increase()

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self.began
