"""What was read of a database a moment ago, for whoever asks the same again."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")

KEPT_S: Final = 5.0
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any  # Any: whatever is kept under a key is what its reader gives
    until: float


class RecentReads:
    """Answers of one process about one database, for five seconds each, 500 at most.

    They are void as soon as this process commits something that says so
    (`Transaction.outdate_reads`); what other processes commit shows within the five seconds.
    `clock` gives monotonic seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._voided = 0

    def begun(self) -> "ReadsOfMoment":
        """For a transaction that begins now, before its snapshot is taken."""
        return ReadsOfMoment(self, self._voided)

    def void(self) -> None:
        """Keep nothing of what was read so far, nor of what is being read."""
        self._voided += 1
        self._kept.clear()

    async def of(self, key: Hashable, read: Callable[[], Awaitable[T]], begun: int) -> T:
        """What is kept under the key; else what `read` gives, and it is kept.

        It is not kept where something was voided since the reader has begun.
        """
        found = self._kept.get(key)
        if found is not None and found.until > self._clock():
            kept: T = found.value
            return kept
        value = await read()
        if begun == self._voided:
            self._keep(key, value)
        return value

    def _keep(self, key: Hashable, value: object) -> None:
        self._kept[key] = _Kept(value, self._clock() + KEPT_S)
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class ReadsOfMoment:
    """The recent reads as one transaction may use them: what it reads is of its own snapshot."""

    _reads: RecentReads
    _begun: int

    async def of(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        return await self._reads.of(key, read, self._begun)
