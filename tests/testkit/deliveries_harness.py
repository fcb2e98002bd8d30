"""Runs delivery loops on a database: what they deliver, and what became of each delivery."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr

from intercoop_chassis import jobs
from intercoop_chassis.clock import system_clock
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs import Job, Jobs, Outcome, State
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.jobs.firing import TimerLoop
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.settings import Settings
from testkit.nodes import until

QUICK: Final = DeliveryLimits(idle_s=0.05, lease_s=60.0)
SOON: Final = timedelta(hours=1)
NOTED: Final = "INSERT INTO shelf (id, name, version) VALUES (gen_random_uuid(), $1, 1)"


class DeliveriesHarness:
    """Deliveries of the kind `parcel` on a database of the sample API; each end is a row of `shelf`."""

    def __init__(self, dsn: str) -> None:
        settings = Settings(
            network="test",
            owner="ouest",
            database=SecretStr(dsn),
            kafka="localhost:1",
        )
        self.db = Database(dsn, home=AtHome("ouest"), max_size=8)
        self.context = Context(settings, self.db)
        self.health = Health()
        self.jobs = Jobs()
        self.arrived: list[str] = []
        self.faults: dict[str, Exception] = {}
        self.slow: dict[str, asyncio.Event] = {}
        self.under_way = self.most_under_way = 0
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.jobs.delivery("parcel", on_finished=self.note)(self.deliver)

    async def deliver(self, job: Job, _: Context) -> None:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if job.key in self.slow:
                await self.slow[job.key].wait()
            if job.key in self.faults:
                raise self.faults[job.key]
            self.arrived.append(job.key)
        finally:
            self.under_way -= 1

    async def note(self, job: Job, outcome: Outcome, tx: Transaction) -> None:
        await tx.execute(NOTED, f"{job.key} {outcome}")

    def start(self, count: int = 1, limits: DeliveryLimits = QUICK) -> list[asyncio.Task[None]]:
        for _ in range(count):
            loop = DeliveryLoop(
                self.context, self.jobs, self.health, service="shelf", limits=limits
            )
            self._tasks.append(asyncio.create_task(loop.run(self._stop)))
        return self._tasks

    def start_timers(self) -> None:
        """Let time pass for what recurs, such as the chassis' own housekeeping."""
        loop = TimerLoop(self.db, self.jobs, system_clock, service="shelf")
        self._tasks.append(asyncio.create_task(loop.run(self._stop)))

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks, return_exceptions=True), 40)

    async def enqueue(self, *keys: str, kind: str = "parcel", within: timedelta = SOON) -> None:
        async with self.db.transaction() as tx:
            for key in keys:
                deadline = datetime.now(UTC) + within
                await jobs.enqueue(tx, key, kind, {"for": key}, deadline=deadline)

    async def value(self, sql: str, *arguments: object) -> Any:
        async with self.db.read() as tx:
            return await tx.fetchval(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(sql, *arguments)

    async def entry(self, key: str) -> jobs.Entry | None:
        async with self.db.read() as tx:
            return await jobs.get_entry(key, tx)

    async def becomes(self, key: str, state: State) -> jobs.Entry:
        async def found() -> jobs.Entry | None:
            entry = await self.entry(key)
            return entry if entry and entry.state is state else None

        return await until(found, what=f"{key} {state}")

    async def tried(self, key: str, attempts: int) -> jobs.Entry:
        """Wait until this many tries have ended."""

        async def found() -> jobs.Entry | None:
            over = "SELECT attempts = $2 AND leased_until IS NULL FROM jobs WHERE key = $1"
            return await self.entry(key) if await self.value(over, key, attempts) else None

        return await until(found, what=f"try {attempts} of {key}")

    async def noted(self) -> list[str]:
        async with self.db.read() as tx:
            return [row["name"] for row in await tx.fetch("SELECT name FROM shelf ORDER BY name")]
