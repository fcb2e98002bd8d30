"""Retry with back-off: what fails for the database's sake is tried again, later and later."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from intercoop_chassis.health import Health
from intercoop_chassis.postgres import Database, Transaction, is_transient

T = TypeVar("T")

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 3.0
_FAIR_TRIES = 4

log = structlog.get_logger()


class StubbornError(Exception):
    """The work fails again and again while the database answers: the fault is in the work.

    `reason` quotes nothing of what the last `failure` says.
    """

    def __init__(self, failure: Exception) -> None:
        self.reason = f"{type(failure).__name__} again and again while the database answers"
        super().__init__(f"{self.reason}: {failure}")
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with jitter; `name` is unwell in `health` meanwhile.

    It gives up after `limit_s` seconds in which `db` did not answer. After `suspicion_s` seconds in
    which it answered whenever it was asked, the database is not the reason.
    """

    health: Health
    name: str
    db: Database
    limit_s: float = 60.0
    suspicion_s: float = 5.0

    async def retry(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await `work` until it succeeds; raises what is not transient, or lasts too long.

        Raises `StubbornError` when it fails at least four times while the database answers.
        """
        give_up_at, pause_s = time.monotonic() + self.limit_s, _FIRST_PAUSE_S
        suspicion = _Suspicion(self.suspicion_s)
        while True:
            try:
                result = await work()
            except Exception as error:
                if not is_transient(error):
                    raise
                await self._weigh(error, suspicion)
                if not suspicion and time.monotonic() > give_up_at:
                    raise
            else:
                self.health.well(self.name)
                return result
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311  jitter
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def read(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Await `work`, one statement that reads, as `retry` does; it needs no transaction."""

        async def look() -> T:
            async with self.db.statement() as tx:
                return await work(tx)

        return await self.retry(look)

    async def _weigh(self, error: Exception, suspicion: "_Suspicion") -> None:
        suspicion.note(answers=await self.db.answers())
        if suspicion.proven:
            raise StubbornError(error) from error
        self._report(error, answers=bool(suspicion))

    def _report(self, error: Exception, *, answers: bool) -> None:
        if not answers:
            reason = f"the database cannot be used ({type(error).__name__})"
            self.health.unwell(self.name, reason)
        log.warning("waiting_for_database", where=self.name, error=repr(error), answers=answers)


class _Suspicion:
    """How often, and how long, work has failed while the database answered."""

    def __init__(self, enough_s: float) -> None:
        self._enough_s = enough_s
        self._since = 0.0
        self._times = 0

    def __bool__(self) -> bool:
        return self._times > 0

    def note(self, *, answers: bool) -> None:
        if not answers:
            self._times = 0
            return
        self._times += 1
        if self._times == 1:
            self._since = time.monotonic()

    @property
    def proven(self) -> bool:
        return self._times >= _FAIR_TRIES and time.monotonic() - self._since >= self._enough_s
