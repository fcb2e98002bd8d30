"""Rate limit: a token bucket for each caller, in this process's memory."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import ClassVar, Final

from intercoop_chassis.errors import IntercoopError

BURST_S: Final = 10
"""Size of a bucket, in seconds of its rate."""

_MOST_CALLERS: Final = 10_000


class TooManyRequestsError(IntercoopError):
    """One caller asks more often than is agreed; `retry_after_s` is when to ask again."""

    code: ClassVar[str] = "too-many-requests"
    status: ClassVar[int] = 429

    def __init__(self, rate: float, retry_after_s: int) -> None:
        super().__init__(
            f"You may ask {rate:g} times a second, and {rate * BURST_S:g} times at once: "
            f"ask again in {retry_after_s} s"
        )
        self.retry_after_s = retry_after_s


class Throttle:
    """Allows each caller `rate` requests a second, `BURST_S` times that at once; 0 is unlimited.

    `clock` gives monotonic seconds. The callers seen last are remembered, 10,000 of them.
    """

    def __init__(self, rate: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._busy_until: OrderedDict[str, float] = OrderedDict()

    def count(self, caller: str) -> None:
        """Count one request. Raises `TooManyRequestsError`; a refused request is not counted."""
        if not self._rate:
            return
        now = self._clock()
        busy_until = max(self._busy_until.pop(caller, now), now) + 1 / self._rate
        wait_s = busy_until - now - BURST_S
        if wait_s > 0:
            self._busy_until[caller] = busy_until - 1 / self._rate
            raise TooManyRequestsError(self._rate, math.ceil(wait_s))
        self._busy_until[caller] = busy_until
        if len(self._busy_until) > _MOST_CALLERS:
            self._busy_until.popitem(last=False)
