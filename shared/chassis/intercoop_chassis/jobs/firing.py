"""Fires what is due."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from prometheus_client import Counter, Histogram

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.jobs.timer_registry import Timer, Timers
from intercoop_chassis.jobs.timers import (
    absent_kinds,
    claim,
    next_moment,
    postpone,
    schedule_absent,
    unhandled_kinds,
)
from intercoop_chassis.log import service_logs
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.tracing import bind_trace
from intercoop_chassis.waiting import pause

FIRED = Counter("intercoop_timers", "Timers tried, by outcome", ["service", "kind", "outcome"])
LATENESS = Histogram(
    "intercoop_timer_lateness_seconds",
    "From the moment a timer was due to its effect",
    ["service"],
    buckets=(0.1, 0.5, 1, 2, 5, 15, 60, 300, 3600, 86400),
)

RETRY_DELAYS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600)
)
_PREPARE_EVERY_S: Final = 60.0
"""A database that was made anew, or restored from before, knows nothing of what recurs."""

_SHORTEST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_LONGEST_REST_S: Final = 30.0
"""Of a service whose timers all recur: no other process can schedule one that is due sooner."""

log = structlog.get_logger()


class TimerRunner:
    """Fires the timers of one service; any number of runners share the work."""

    def __init__(
        self, db: Database, timers: Timers, clock: Callable[[], datetime], *, service: str
    ) -> None:
        self._db = db
        self._timers = timers
        self._clock = clock
        self._service = service
        self._prepared_at = float("-inf")
        self._unhandled: list[str] = []
        only_recurring = timers.kinds == list(timers.intervals)
        self._longest_pause_s = _LONGEST_REST_S if only_recurring else _LONGEST_PAUSE_S

    async def run(self, stop: asyncio.Event) -> None:
        """Fire what is due until `stop`; outlives database faults.

        Looks once a second at least, seldom where all timers recur.
        A timer whose handler raises is tried again after 10 s, 1 min, 5 min, 30 min and then every
        2 h; the others go on.
        """
        with service_logs(self._service):
            while not stop.is_set():
                await pause(stop, await self._round_or_wait(stop))

    async def _round_or_wait(self, stop: asyncio.Event) -> float:
        try:
            return await self._round(stop)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("timers_wait_for_database", error=type(error).__name__)
            return _LONGEST_PAUSE_S

    async def _round(self, stop: asyncio.Event) -> float:
        """Fire all that is due; returns after how many seconds to look again."""
        if time.monotonic() - self._prepared_at > _PREPARE_EVERY_S:
            await self._db.command(self._prepare)
            self._prepared_at = time.monotonic()
        while not stop.is_set():
            async with self._db.read() as tx:
                moment = await next_moment(tx, self._timers.kinds)
            if moment is None:
                return self._longest_pause_s
            until = (moment - self._clock()).total_seconds()
            if until > 0 or not await self._fire_next():
                return min(max(until, _SHORTEST_PAUSE_S), self._longest_pause_s)
        return 0

    async def _prepare(self, tx: Transaction) -> None:
        for kind in await absent_kinds(tx, self._timers.intervals):
            await schedule_absent(tx, kind, self._clock())
        unhandled = await unhandled_kinds(tx, self._timers.kinds)
        if not set(unhandled) <= set(self._unhandled):
            log.error("timers_without_handler", kinds=unhandled)
        self._unhandled = unhandled

    async def _fire_next(self) -> bool:
        """Fire one in a transaction of its own; False when none is due."""
        claimed: list[Timer] = []
        try:
            await self._db.command(lambda tx: self._claim_and_fire(tx, claimed))
        except Exception as error:
            if not claimed:
                raise
            await self._failed(claimed[0], error)
            return True
        for timer in claimed:
            self._done(timer)
        return bool(claimed)

    async def _claim_and_fire(self, tx: Transaction, claimed: list[Timer]) -> None:
        """`claimed` gets the timer, also when firing it or the commit fails."""
        claimed.clear()
        found = await claim(tx, self._clock(), self._timers.kinds)
        if found is None:
            return
        timer, traceparent, correlation = found
        claimed.append(timer)
        with bind_trace(traceparent, correlation=correlation):
            await self._timers.fire(timer, tx)
            reach(Step.TIMER_FIRED)
        interval = self._timers.intervals.get(timer.kind)
        if interval:
            await schedule_absent(tx, timer.kind, max(timer.due_at + interval, self._clock()))

    def _done(self, timer: Timer) -> None:
        late = self._clock() - timer.due_at
        FIRED.labels(self._service, timer.kind, "done").inc()
        LATENESS.labels(self._service).observe(late.total_seconds())
        log.info("timer_done", kind=timer.kind, key=timer.key, attempt=timer.attempts + 1)

    async def _failed(self, timer: Timer, error: Exception) -> None:
        delay = RETRY_DELAYS[min(timer.attempts, len(RETRY_DELAYS) - 1)]
        until = self._clock() + delay
        await self._db.command(lambda tx: postpone(tx, timer, until, error))
        FIRED.labels(self._service, timer.kind, "failed").inc()
        log.error("timer_failed", kind=timer.kind, key=timer.key, again_at=until, exc_info=error)
