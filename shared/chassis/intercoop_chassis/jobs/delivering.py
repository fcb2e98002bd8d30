"""Delivers what waits to leave a service."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

import structlog
from prometheus_client import Counter, Gauge

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.health import Health
from intercoop_chassis.jobs import deliveries
from intercoop_chassis.jobs.deliveries import ENQUEUED, Claimed
from intercoop_chassis.jobs.firing import RETRY_DELAYS
from intercoop_chassis.jobs.registry import (
    Item,
    NotNowError,
    OnFinished,
    Outcome,
    Outgoing,
    RejectedError,
    missing,
)
from intercoop_chassis.log import service_logs
from intercoop_chassis.postgres import Transaction, is_transient
from intercoop_chassis.tracing import bind_trace
from intercoop_chassis.waiting import pause

if TYPE_CHECKING:
    from intercoop_chassis.service import Context

DELIVERED = Counter(
    "intercoop_outgoing", "Tries to deliver, by outcome", ["service", "kind", "outcome"]
)
OLDEST = Gauge(
    "intercoop_outgoing_age_seconds", "Age of the oldest that waits to leave", ["service"]
)

KEPT_FOR: Final = timedelta(days=30)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How many at once, and times in seconds; a try has to end well within its lease."""

    at_once: int = 4
    idle_s: float = 1.0
    lease_s: float = 60.0
    try_s: float = 40.0
    drain_s: float = 10.0
    measure_s: float = 15.0
    purge_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Postponed:
    """A try that has to be repeated, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an item, and why when it is not a good one."""

    outcome: Outcome
    reason: str | None = None


Result: TypeAlias = Postponed | Finished


class OutgoingRunner:
    """Delivers the items of one service; any number of processes share the work.

    A process takes what is due by a lease in a short transaction, delivers it outside of any, and
    notes the result. The items of a process that is killed come back when their lease ends.
    """

    def __init__(
        self,
        context: "Context",
        outgoing: Outgoing,
        health: Health,
        *,
        service: str,
        pace: Pace | None = None,
    ) -> None:
        self._context = context
        self._db = context.db
        self._outgoing = outgoing
        self._health = health
        self._service = service
        self._pace = pace or Pace()
        self._woken = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._measured_at = self._purged_at = float("-inf")
        self._db.on_signal(ENQUEUED, self.wake)

    def wake(self) -> None:
        """Look at once instead of at the next second."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver what is due until `stop`, then finish what is under way; outlives faults.

        Looks once a second when idle. One that failed is tried again after 10 s, 1 min, 5 min,
        30 min and then every 2 h, until its deadline.
        """
        with service_logs(self._service):
            kinds = self._deliverable()
            stopping = asyncio.create_task(self._wake_at(stop), name=f"{self._service}.outgoing")
            try:
                while not stop.is_set():
                    self._woken.clear()
                    await self._look(kinds)
                    await pause(self._woken, self._pace.idle_s)
            finally:
                stopping.cancel()
                await self._drain()
                await asyncio.gather(stopping, return_exceptions=True)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake()

    def _deliverable(self) -> list[str]:
        """The kinds whose settings are there; the others wait, and it is said for what."""
        kinds = []
        for kind in self._outgoing.kinds:
            hindrance = missing(self._outgoing[kind].needs, self._context.settings)
            if hindrance:
                self._health.note(f"{self._service}.{kind}", hindrance)
                log.warning("outgoing_not_set_up", kind=kind, reason=hindrance)
            else:
                kinds.append(kind)
        return kinds

    async def _look(self, kinds: list[str]) -> None:
        """Start as many as may fly; raises the error of one that ended by a bug."""
        self._land()
        free = self._pace.at_once - len(self._flying)
        if free <= 0:
            return
        lease = timedelta(seconds=self._pace.lease_s)
        try:
            for one in await self._db.command(lambda tx: deliveries.claim(kinds, free, lease, tx)):
                self._start(one)
            await self._look_after()
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("outgoing_waits_for_database", error=type(error).__name__)

    def _start(self, one: Claimed) -> None:
        task = asyncio.create_task(self._send(one), name=f"{self._service}.outgoing.{one.item.key}")
        self._flying.add(task)
        task.add_done_callback(lambda _: self.wake())

    def _land(self) -> None:
        landed = {task for task in self._flying if task.done()}
        self._flying -= landed
        for task in landed:
            task.result()

    async def _drain(self) -> None:
        """Let what flies end; what takes too long is cut, and comes back when its lease ends."""
        if not self._flying:
            return
        _, late = await asyncio.wait(self._flying, timeout=self._pace.drain_s)
        for task in late:
            log.warning("outgoing_cut_short", task=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _send(self, claimed: Claimed) -> None:
        item = claimed.item
        with bind_trace(claimed.traceparent, correlation=claimed.correlation):
            late = Finished(Outcome.EXPIRED, "the deadline passed")
            reach(Step.OUTGOING_CLAIMED)
            result = late if claimed.is_late else await self._tried(item)
            reach(Step.OUTGOING_DELIVERED)
            await self._noted(item, result)

    async def _tried(self, item: Item) -> Result:
        try:
            async with asyncio.timeout(self._pace.try_s):
                await self._outgoing[item.kind].deliver(item, self._context)
        except RejectedError as error:
            return Finished(Outcome.FAILED, error.reason)
        except NotNowError as error:
            return Postponed(error.reason)
        except TimeoutError:
            return Postponed("it took too long")
        except Exception as error:  # noqa: BLE001  whatever it is, the next try may succeed
            # Its text may hold an address: it is neither kept nor logged.
            name, place = type(error).__name__, _place(error)
            log.error("outgoing_fault", kind=item.kind, key=item.key, error=name, place=place)  # noqa: TRY400
            return Postponed(f"a fault of the service ({name})")
        return Finished(Outcome.DONE)

    async def _noted(self, item: Item, result: Result) -> None:
        match result:
            case Postponed():
                delay, reason = _delay(item.attempt), result.reason
                await self._write(lambda tx: deliveries.postpone(item, delay, reason, tx), item)
                self._measure_try(item, "postponed", reason)
            case Finished():
                await self._write_end(item, result)
                self._measure_try(item, result.outcome, result.reason)
            case never:
                assert_never(never)

    async def _write_end(self, item: Item, end: Finished) -> None:
        """Note how it ended, also when whoever is to be told fails: else it would leave again."""
        way = self._outgoing.get(item.kind)
        tell = way.on_finished if way else None
        try:
            await self._write(lambda tx: _finish(item, end, tell, tx), item)
        except Exception as error:  # noqa: BLE001  a bug of the service's, said loudly
            name, place = type(error).__name__, _place(error)
            log.error("outgoing_end_not_told", key=item.key, error=name, place=place)  # noqa: TRY400
            await self._write(lambda tx: _finish(item, end, None, tx), item)

    async def _write(self, work: Callable[[Transaction], Awaitable[None]], item: Item) -> None:
        """Note a result, trying hard: what is not noted is delivered again after the lease."""
        give_up = monotonic() + self._pace.lease_s - self._pace.try_s
        while True:
            try:
                return await self._db.command(work)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("outgoing_not_noted", key=item.key, error=type(error).__name__)
                if monotonic() > give_up:
                    return None
            await asyncio.sleep(self._pace.idle_s)

    def _measure_try(self, item: Item, outcome: str, reason: str | None) -> None:
        DELIVERED.labels(self._service, item.kind, outcome).inc()
        write = log.info if reason is None else log.warning
        write(
            "outgoing_tried",
            kind=item.kind,
            key=item.key,
            outcome=str(outcome),
            attempt=item.attempt,
            reason=reason,
        )

    async def _look_after(self) -> None:
        """Measure what waits, and forget what was finished long ago; now and then."""
        now = monotonic()
        if now - self._measured_at > self._pace.measure_s:
            async with self._db.read() as tx:
                OLDEST.labels(self._service).set(await deliveries.oldest_age_s(tx))
            self._measured_at = now
        if now - self._purged_at > self._pace.purge_s:
            self._purged_at = now
            await self._db.command(lambda tx: deliveries.purge(KEPT_FOR, tx))


async def _finish(item: Item, end: Finished, tell: OnFinished | None, tx: Transaction) -> None:
    if await deliveries.finish(item.key, end.outcome, end.reason, tx) and tell:
        await tell(item, end.outcome, tx)


def _delay(attempt: int) -> timedelta:
    """Growing with each try, and up to a fifth longer by chance."""
    delay = RETRY_DELAYS[min(max(attempt, 1), len(RETRY_DELAYS)) - 1]
    return delay * random.uniform(1.0, 1.2)  # noqa: S311  jitter


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
