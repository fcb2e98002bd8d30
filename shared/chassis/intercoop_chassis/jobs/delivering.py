"""Takes the deliveries that are due by a lease, and tries a few of them side by side."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs import deliveries
from intercoop_chassis.jobs.attempts import USUAL, Attempts, DeliveryLimits
from intercoop_chassis.jobs.claims import Claimed
from intercoop_chassis.jobs.leases import Lease
from intercoop_chassis.jobs.registry import Job, Jobs, missing
from intercoop_chassis.log import service_logs
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.waiting import pause

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that this process is at, and its lease."""

    job: Job
    lease: Lease


class DeliveryLoop:
    """Makes the deliveries of one service; any number of processes share the work.

    A process takes what is due by a lease in a short transaction, delivers it outside of any, and
    notes the result. The lease is renewed meanwhile. The deliveries of a process that is killed
    come back when their leases end, after ten seconds.
    """

    def __init__(
        self,
        context: Context,
        jobs: Jobs,
        health: Health,
        *,
        service: str,
        limits: DeliveryLimits = USUAL,
    ) -> None:
        self._context = context
        self._db = context.db
        self._deliveries = jobs.deliveries
        self._health = health
        self._service = service
        self._limits = limits
        self._attempts = Attempts(context, self._deliveries, limits, service=service)
        self._woken = asyncio.Event()
        self._under_way: dict[asyncio.Task[None], Held] = {}
        self._renew_at = 0.0
        self._db.on_signal(deliveries.ENQUEUED, self._woken.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver what is due until `stop`, then finish what is under way; outlives faults.

        Looks once a second when idle, and at once when this process has enqueued something. What
        failed is tried again after 10 s, 1 min, 5 min, 30 min and then every 2 h, until its
        deadline.
        """
        with service_logs(self._service):
            kinds = self._deliverable()
            stopping = asyncio.create_task(self._wake_at(stop), name=f"{self._service}.outgoing")
            try:
                while not stop.is_set():
                    self._woken.clear()
                    await self._renew()
                    if not stop.is_set():
                        await self._look(kinds)
                    await pause(self._woken, self._rest_s)
            finally:
                stopping.cancel()
                await self._drain()
                await asyncio.gather(stopping, return_exceptions=True)

    @property
    def _rest_s(self) -> float:
        """How long nothing need be done, unless something is enqueued or ends."""
        limits = self._limits
        return min(limits.idle_s, limits.renew_s) if self._under_way else limits.idle_s

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._woken.set()

    def _deliverable(self) -> list[str]:
        """The kinds whose settings are there; the others wait, and it is said for what."""
        kinds = []
        for kind, delivery in self._deliveries.items():
            hindrance = missing(delivery.needs, self._context.settings)
            if hindrance:
                self._health.note(f"{self._service}.{kind}", hindrance)
                log.warning("outgoing_not_set_up", kind=kind, reason=hindrance)
            else:
                kinds.append(kind)
        return kinds

    async def _look(self, kinds: list[str]) -> None:
        """Start as many as may be under way; raises the error of one that ended by a bug."""
        self._collect()
        free = self._limits.at_once - len(self._under_way)
        if free <= 0:
            return
        lease, ends_at = self._new_lease()
        try:
            due = await self._db.command(lambda tx: deliveries.claim(kinds, free, lease, tx))
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("outgoing_waits_for_database", error=type(error).__name__)
            return
        for claimed in due:
            self._start(claimed, Lease(ends_at))

    def _new_lease(self) -> tuple[timedelta, float]:
        """How long a lease lasts, and when one ends that is taken now."""
        lasts_s = self._limits.lease_s
        return timedelta(seconds=lasts_s), asyncio.get_running_loop().time() + lasts_s

    def _start(self, claimed: Claimed, lease: Lease) -> None:
        if not self._under_way:
            self._renew_at = asyncio.get_running_loop().time() + self._limits.renew_s
        name = f"{self._service}.outgoing.{claimed.job.key}"
        task = asyncio.create_task(self._attempts.make(claimed, lease), name=name)
        self._under_way[task] = Held(claimed.job, lease)
        task.add_done_callback(lambda _: self._woken.set())

    async def _renew(self) -> None:
        """Renew the leases of what is under way, every few seconds. A lease that is lost ends."""
        now = asyncio.get_running_loop().time()
        held = [each for task, each in self._under_way.items() if not task.done()]
        if not held or now < self._renew_at:
            return
        self._renew_at = now + self._limits.renew_s
        lease, ends_at = self._new_lease()
        try:
            renewed = await self._db.command(
                lambda tx: deliveries.renew([each.job for each in held], lease, tx)
            )
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("leases_not_renewed", error=type(error).__name__)
            return
        for each in held:
            if each.job.key in renewed:
                each.lease.renew(ends_at)

    def _collect(self) -> None:
        ended = [task for task in self._under_way if task.done()]
        for task in ended:
            del self._under_way[task]
        for task in ended:
            task.result()

    async def _drain(self) -> None:
        """Let what is under way end; what takes too long is cut, and comes back after its lease."""
        late: set[asyncio.Task[None]] = set(self._under_way)
        give_up = asyncio.get_running_loop().time() + self._limits.drain_s
        while late and (left := give_up - asyncio.get_running_loop().time()) > 0:
            await self._renew()
            _, late = await asyncio.wait(late, timeout=min(left, self._limits.renew_s))
        for task in late:
            log.warning("outgoing_cut_short", task=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
