"""One attempt at a delivery, outside of any transaction, and the note of how it ended."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeAlias, assert_never

import structlog
from prometheus_client import Counter

from intercoop_chassis.context import Context
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.jobs import deliveries
from intercoop_chassis.jobs.claims import Claimed, retry_delay
from intercoop_chassis.jobs.leases import Lease, LeaseLostError
from intercoop_chassis.jobs.registry import (
    Delivery,
    Job,
    NotNowError,
    OnFinished,
    Outcome,
    RejectedError,
)
from intercoop_chassis.postgres import Transaction, is_transient
from intercoop_chassis.tracing import bind_trace

DELIVERED = Counter(
    "intercoop_outgoing", "Tries to deliver, by outcome", ["service", "kind", "outcome"]
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DeliveryLimits:
    """How many at once, and times in seconds.

    A lease is renewed while a try goes on. What a killed process was at is taken by the next look
    after its lease: within `lease_s` and `idle_s`.
    """

    at_once: int = 4
    idle_s: float = 1.0
    lease_s: float = 10.0
    renew_s: float = 2.5
    try_s: float = 40.0
    note_s: float = 20.0
    drain_s: float = 10.0


USUAL: Final = DeliveryLimits()


@dataclass(frozen=True, slots=True)
class Postponed:
    """A try that has to be repeated, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a delivery, and why when it is not a good one."""

    outcome: Outcome
    reason: str | None = None


Result: TypeAlias = Postponed | Finished


class Attempts:
    """Tries deliveries of one service that this process holds the leases of."""

    def __init__(
        self,
        context: Context,
        by_kind: Mapping[str, Delivery],
        limits: DeliveryLimits,
        *,
        service: str,
    ) -> None:
        self._context = context
        self._by_kind = by_kind
        self._limits = limits
        self._service = service

    async def make(self, claimed: Claimed, lease: Lease) -> None:
        """Deliver a job while its lease is held, unless its deadline passed; note the result."""
        with bind_trace(claimed.traceparent, correlation=claimed.correlation):
            reach(Step.OUTGOING_CLAIMED)
            late = Finished(Outcome.EXPIRED, "the deadline passed")
            result = late if claimed.is_late else await self._tried(claimed.job, lease)
            reach(Step.OUTGOING_DELIVERED)
            await self._note(claimed.job, result)

    async def _tried(self, job: Job, lease: Lease) -> Result:
        try:
            async with lease.held(), asyncio.timeout(self._limits.try_s):
                await self._by_kind[job.kind].deliver(job, self._context)
        except RejectedError as error:
            return Finished(Outcome.FAILED, str(error))
        except NotNowError as error:
            return Postponed(str(error))
        except LeaseLostError:
            return Postponed("the database was away for too long")
        except TimeoutError:
            return Postponed("it took too long")
        except Exception as error:  # noqa: BLE001  whatever it is, the next try may succeed
            _tell_fault("outgoing_fault", job, error)
            return Postponed(f"a fault of the service ({type(error).__name__})")
        return Finished(Outcome.DONE)

    async def _note(self, job: Job, result: Result) -> None:
        match result:
            case Postponed():
                reason = result.reason
                delay = retry_delay(job.attempt) * random.uniform(1.0, 1.2)  # noqa: S311  jitter
                await self._write(lambda tx: deliveries.postpone(job, delay, reason, tx), job)
                self._count(job, "postponed", reason)
            case Finished():
                await self._write_end(job, result)
                self._count(job, result.outcome, result.reason)
            case never:
                assert_never(never)

    async def _write_end(self, job: Job, end: Finished) -> None:
        """Note the end also when `on_finished` raises: an unnoted delivery would leave again."""
        delivery = self._by_kind.get(job.kind)
        tell = delivery.on_finished if delivery else None
        try:
            await self._write(lambda tx: _finish(job, end, tell, tx), job)
        except Exception as error:  # noqa: BLE001  a bug of the service's, said loudly
            _tell_fault("outgoing_end_not_told", job, error)
            await self._write(lambda tx: _finish(job, end, None, tx), job)

    async def _write(self, work: Callable[[Transaction], Awaitable[None]], job: Job) -> None:
        """Note a result, with retries: without one the job is delivered again after its lease."""
        give_up = monotonic() + self._limits.note_s
        while True:
            try:
                return await self._context.db.command(work)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("outgoing_not_noted", key=job.key, error=type(error).__name__)
                if monotonic() > give_up:
                    return None
            await asyncio.sleep(self._limits.idle_s)

    def _count(self, job: Job, outcome: str, reason: str | None) -> None:
        DELIVERED.labels(self._service, job.kind, outcome).inc()
        told = {"kind": job.kind, "key": job.key, "outcome": str(outcome), "attempt": job.attempt}
        write = log.info if reason is None else log.warning
        write("outgoing_tried", **told, reason=reason)


async def _finish(job: Job, end: Finished, tell: OnFinished | None, tx: Transaction) -> None:
    if await deliveries.finish(job, end.outcome, end.reason, tx) and tell:
        await tell(job, end.outcome, tx)


def _tell_fault(event: str, job: Job, error: Exception) -> None:
    """Log a fault's type and place without its message, which may hold a person's address."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error(event, kind=job.kind, key=job.key, error=type(error).__name__, place=place)
