"""Patience: what fails for a while is tried again, with growing pauses and an end."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from intercoop_chassis.health import Health
from intercoop_chassis.postgres import is_transient

T = TypeVar("T")

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 3.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries again for `limit_s` seconds; `name` is unwell in `health` meanwhile."""

    health: Health
    name: str
    limit_s: float = 60.0

    async def __call__(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await `work` until it succeeds; raises what is not transient, or lasts too long."""
        give_up_at, pause_s = time.monotonic() + self.limit_s, _FIRST_PAUSE_S
        while True:
            try:
                result = await work()
            except Exception as error:
                if not is_transient(error) or time.monotonic() > give_up_at:
                    raise
                reason = f"the database cannot be used ({type(error).__name__})"
                self.health.unwell(self.name, reason)
                log.warning("waiting_for_database", where=self.name, error=repr(error))
            else:
                self.health.well(self.name)
                return result
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311  jitter
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
