"""Runs timer loops on a database, with a clock that is set by hand."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from intercoop_chassis.jobs import Job, Jobs, schedule
from intercoop_chassis.jobs.firing import TimerLoop
from intercoop_chassis.postgres import Database, Transaction
from testkit.manual_clock import ManualClock

NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
FIRED: Final = "INSERT INTO shelf (id, name, version) VALUES (gen_random_uuid(), $1, $2)"


class TimersHarness:
    """Timers on a database of the sample API; each effect is a row of `shelf`: key, tries before."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = ManualClock(NOON)
        self.jobs = Jobs()
        self.broken: set[str] = set()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.jobs.on("note")(self.note)

    async def note(self, job: Job, tx: Transaction) -> None:
        await tx.execute(FIRED, job.key, job.attempt - 1)
        if job.key in self.broken:
            raise ValueError("told to fail")

    def start(self, count: int = 1) -> None:
        for _ in range(count):
            loop = TimerLoop(self.db, self.jobs, self.clock, service="shelf")
            self._tasks.append(asyncio.create_task(loop.run(self._stop)))

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks), 40)

    async def schedule(self, key: str, due_at: datetime, kind: str = "note") -> None:
        async with self.db.transaction() as tx:
            await schedule(tx, key, kind, due_at, {"for": key})

    async def column(self, sql: str) -> list[Any]:
        async with self.db.read() as tx:
            return [row[0] for row in await tx.fetch(sql)]

    async def fired(self) -> list[str]:
        return await self.column("SELECT name FROM shelf ORDER BY name")
