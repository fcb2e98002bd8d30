"""Fires the timers that are due, each in the transaction that removes its row."""

import asyncio
import time
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import Counter, Histogram

from intercoop_chassis.clock import Clock
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.jobs import timers
from intercoop_chassis.jobs.claims import retry_delay
from intercoop_chassis.jobs.housekeeping import HOUSEKEEPING
from intercoop_chassis.jobs.registry import Job, Jobs
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

_PREPARE_EVERY_S: Final = 60.0
"""Recurring timers are scheduled this often: a new or restored database has none."""

_SHORTEST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0
_LONGEST_REST_S: Final = 30.0
"""Pause where all timers recur: no command can schedule a timer that is due sooner."""

log = structlog.get_logger()


class TimerLoop:
    """Fires the timers of one service and of the chassis; any number of processes share the work.

    A timer whose handler raises is tried again after 10 s, 1 min, 5 min, 30 min and then every
    2 h; the others go on.
    """

    def __init__(self, db: Database, jobs: Jobs, clock: Clock, *, service: str) -> None:
        self._db = db
        self._clock = clock
        self._service = service
        self._timers = Jobs.together(HOUSEKEEPING, jobs).timers
        self._kinds = list(self._timers)
        self._recurring = [kind for kind, timer in self._timers.items() if timer.interval]
        self._unhandled: list[str] = []
        self._prepared_at = float("-inf")
        only_recurring = self._recurring == self._kinds
        self._longest_pause_s = _LONGEST_REST_S if only_recurring else _LONGEST_PAUSE_S

    async def run(self, stop: asyncio.Event) -> None:
        """Fire what is due until `stop`; outlives database faults.

        Looks once a second at least, seldom where all timers recur.
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
                moment = await timers.next_moment(tx, self._kinds)
            if moment is None:
                return self._longest_pause_s
            until = (moment - self._clock()).total_seconds()
            if until > 0 or not await self._fire_next():
                return min(max(until, _SHORTEST_PAUSE_S), self._longest_pause_s)
        return 0

    async def _prepare(self, tx: Transaction) -> None:
        await timers.schedule_recurring(tx, self._recurring, self._clock())
        unhandled = await timers.unhandled_kinds(tx, self._kinds)
        if not set(unhandled) <= set(self._unhandled):
            log.error("timers_without_handler", kinds=unhandled)
        self._unhandled = unhandled

    async def _fire_next(self) -> bool:
        """Fire one in a transaction of its own; False when none is due."""
        claimed: list[Job] = []
        try:
            await self._db.command(lambda tx: self._claim_and_fire(tx, claimed))
        except Exception as error:
            if not claimed:
                raise
            await self._failed(claimed[0], error)
            return True
        for job in claimed:
            self._done(job)
        return bool(claimed)

    async def _claim_and_fire(self, tx: Transaction, claimed: list[Job]) -> None:
        """Fill `claimed` with the job before firing, so that a failed try can be noted."""
        claimed.clear()
        found = await timers.claim(tx, self._clock(), self._kinds)
        if found is None:
            return
        job, timer = found.job, self._timers[found.job.kind]
        claimed.append(job)
        with bind_trace(found.traceparent, correlation=found.correlation):
            goes_on = await timer.handle(job, tx)
            reach(Step.TIMER_FIRED)
        if timer.interval:
            now = self._clock()
            again_at = now if goes_on else max(job.due_at + timer.interval, now)
            await timers.schedule_recurring(tx, [job.kind], again_at)

    def _done(self, job: Job) -> None:
        late: timedelta = self._clock() - job.due_at
        FIRED.labels(self._service, job.kind, "done").inc()
        LATENESS.labels(self._service).observe(late.total_seconds())
        log.info("timer_done", kind=job.kind, key=job.key, attempt=job.attempt)

    async def _failed(self, job: Job, error: Exception) -> None:
        until = self._clock() + retry_delay(job.attempt)
        await self._db.command(lambda tx: timers.postpone(tx, job, until, error))
        FIRED.labels(self._service, job.kind, "failed").inc()
        log.error("timer_failed", kind=job.kind, key=job.key, again_at=until, exc_info=error)
