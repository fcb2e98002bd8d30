"""The probe: how long a change takes from its commit to everybody, while it all happens."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from chaos.below import count_organisation
from chaos.comparing import Taken
from chaos.testbed import WIRED, Testbed
from intercoop_chassis.postgres import AtHome, Database, is_transient
from intercoop_contracts.directory import ORGANISATIONS

KNOWN: Final = "SELECT applied FROM replica WHERE topic = $1 AND subject = $2"
VERSION: Final = "SELECT version FROM published WHERE topic = $1 AND subject = $2"
PAUSE_S: Final = 0.25
GIVE_UP_S: Final = 120.0
FOLLOWING: Final = ("directory", "events", "advice")
"""The services that follow organisations, each by workers of its own."""
_LOOK_S: Final = 0.03
_LATE_S: Final = 60.0


Commit: TypeAlias = tuple[int, float]
"""A version, and when it was committed."""


@dataclass(slots=True)
class Probe:
    """Commits to one organisation of the first owner, and looks for it at all others.

    `seen` are pairs: when, in seconds from the beginning, and after how many seconds. A change is
    waited for `give_up_s` seconds at most.
    """

    testbed: Testbed
    organisation: UUID
    began: float
    give_up_s: float = GIVE_UP_S
    seen: list[tuple[float, float]] = field(default_factory=list)
    _counter: int = 1_000
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.once()
            await asyncio.sleep(PAUSE_S)

    async def once(self) -> None:
        """Commit a change and wait until every other directory knows it."""
        async with self._turn:
            first, *others = self.testbed.commanding
            topic, subject = ORGANISATIONS.topic(first), str(self.organisation)
            version, committed = await self._commit(first, topic, subject)
            for owner in others:
                await self._known(owner, topic, subject, version)
            self.seen.append((committed - self.began, time.monotonic() - committed))

    async def look(self, seconds: float) -> Taken:
        """For so long, commit now and then, and see when each service of another owner knows it.

        By service, how long each commit took; a minute at most. Nobody is asked whose every byte
        passes through this process: it is the one that would be slow.
        """
        async with self._turn:
            first, other = (one for one in self.testbed.commanding if one != WIRED)
            topic, subject = ORGANISATIONS.topic(first), str(self.organisation)
            commits: list[Commit] = []
            over = asyncio.Event()
            watching = asyncio.gather(
                *(
                    _watched(self.testbed.dsn(other, service), topic, subject, commits, over)
                    for service in FOLLOWING
                )
            )
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                commits.append(await self._commit(first, topic, subject))
                await asyncio.sleep(PAUSE_S)
            over.set()
            return dict(zip(FOLLOWING, await watching, strict=True))

    async def _commit(self, owner: str, topic: str, subject: str) -> Commit:
        while True:
            self._counter += 1
            db = Database(self.testbed.dsn(owner, "directory"), home=AtHome(owner), max_size=1)
            try:
                await db.command(
                    lambda tx: count_organisation(None, self.organisation, self._counter, tx)
                )
                committed = time.monotonic()
                async with db.read() as tx:
                    return int(await tx.fetchval(VERSION, topic, subject)), committed
            except Exception as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(0.1)
            finally:
                await db.close()

    async def _known(self, owner: str, topic: str, subject: str, version: int) -> None:
        give_up = time.monotonic() + self.give_up_s
        connection: asyncpg.Connection | None = None
        while time.monotonic() < give_up:
            try:
                connection = connection or await asyncpg.connect(
                    self.testbed.dsn(owner, "directory")
                )
                if (await connection.fetchval(KNOWN, topic, subject) or 0) >= version:
                    break
            except Exception as error:
                if not is_transient(error):
                    raise
                connection = None
            await asyncio.sleep(0.02)
        if connection:
            await connection.close()

    def figures(self) -> dict[str, float]:
        """Seconds: half of the probes are faster than `p50`, 99 of 100 than `p99`."""
        taken = [took for _, took in self.seen]
        cuts = quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
        return {
            "p50": round(cuts[49], 3),
            "p99": round(cuts[98], 3),
            "worst": round(max(taken, default=0.0), 3),
        }


async def _watched(
    dsn: str, topic: str, subject: str, commits: Sequence[Commit], over: asyncio.Event
) -> list[float]:
    """How long each commit took until it was known in a database; returns when all are, or late."""
    connection = await asyncpg.connect(dsn)
    taken: list[float] = []
    late: float | None = None
    try:
        while late is None or (len(taken) < len(commits) and time.monotonic() < late):
            known = await connection.fetchval(KNOWN, topic, subject) or 0
            now = time.monotonic()
            fresh = commits[len(taken) :]
            taken += [now - committed for version, committed in fresh if version <= known]
            late = late or (now + _LATE_S if over.is_set() else None)
            await asyncio.sleep(_LOOK_S)
    finally:
        await connection.close()
    return [*taken, *[_LATE_S] * (len(commits) - len(taken))]
