"""Freshness: from a row's commit to its effect's commit elsewhere, both by PostgreSQL's clock."""

import asyncio
import time
from dataclasses import dataclass
from statistics import quantiles

import asyncpg
import uvloop

from bench.ours import Pair
from bench.place import Place, filling
from bench.roles import PROCESSES
from intercoop_chassis.postgres import Database
from testkit.things.streams import THINGS, ThingView

COMMITTED = "SELECT subject, pg_xact_commit_timestamp(xmin) AS at FROM published"
PROJECTED = "SELECT subject, pg_xact_commit_timestamp(xmin) AS at FROM known_things"
WARM_UP_S = 2.0
STEADY = "-steady"
_WRITERS = 4


@dataclass(frozen=True, slots=True)
class Freshness:
    """Milliseconds."""

    p50: float
    p99: float


async def freshness(place: Place, per_second: int, seconds: float) -> Freshness:
    """Commit single rows at this rate, and see when each has its effect in the projection.

    The first two seconds are a warm-up and do not count: an idle relay looks once a second when
    another process writes, and Java compiles.
    """
    pair = await Pair.new(place)
    await pair.fill(1)
    events = int(per_second * (WARM_UP_S + seconds))
    with pair.relay(), pair.worker():
        await pair.projected(1)
        arguments = (place.dsn(pair.publisher_db), pair.publisher, per_second, events)
        writer = PROCESSES.Process(target=_write, args=arguments)
        writer.start()
        await pair.projected(events + 1, within_s=60 + seconds)
        writer.join()
    committed = await _times(place.dsn(pair.publisher_db), COMMITTED)
    projected = await _times(place.dsn(pair.follower_db), PROJECTED)
    warm = min(at for subject, at in committed.items() if subject.endswith(STEADY)) + WARM_UP_S
    delays = [
        (projected[subject] - at) * 1000
        for subject, at in committed.items()
        if subject.endswith(STEADY) and at >= warm
    ]
    cuts = quantiles(delays, n=100)
    return Freshness(p50=cuts[49], p99=cuts[98])


async def _times(dsn: str, sql: str) -> dict[str, float]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(sql)
    await connection.close()
    return {row["subject"]: row["at"].timestamp() for row in rows}


def _write(dsn: str, owner: str, per_second: int, events: int) -> None:
    uvloop.run(_write_steadily(dsn, owner, per_second, events))


async def _write_steadily(dsn: str, owner: str, per_second: int, events: int) -> None:
    db = Database(dsn, owner=owner, max_size=_WRITERS)
    began = time.perf_counter()

    async def writer(first: int) -> None:
        for number in range(first, events, _WRITERS):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            async with db.transaction() as tx:
                view = ThingView(name=f"{number:06}", filling=filling())
                tx.publish(THINGS, f"{number:08}{STEADY}", view, event_type="thing-made")

    await asyncio.gather(*(writer(first) for first in range(_WRITERS)))
    await db.close()
