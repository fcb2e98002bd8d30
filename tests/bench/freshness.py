"""Freshness: from a row's commit to its effect's commit elsewhere, both by PostgreSQL's clock."""

import asyncio
import time
from dataclasses import dataclass
from statistics import quantiles

import asyncpg

from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.payload import THINGS, tag, view
from bench.roles import alone
from bench.sizes import Sizes
from intercoop_chassis.postgres import AtHome, Database

TIMES = """
SELECT subject, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 AS at FROM {table}
WHERE subject LIKE '%-8000-' || $1 || '%'
"""
WARM_UP_S = 2.0
STEADY = "57ea"
_WRITERS = 8


@dataclass(frozen=True, slots=True)
class Freshness:
    """Milliseconds, and how many commits a second there really were."""

    p50: float
    p99: float
    per_s: float


async def freshnesses(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """At each rate, one after the other."""
    figures = {}
    for rate in sizes.rates:
        pair = await Pair.new(servers)
        await pair.fill(1)
        with pair.relay(), pair.worker():
            await pair.projected(1)
            seen = await freshness(pair, rate, sizes.steady_s)
        await pair.forget()
        figures |= {
            f"fresh_p50_ms_{rate}": seen.p50,
            f"fresh_p99_ms_{rate}": seen.p99,
            f"fresh_committed_per_s_{rate}": seen.per_s,
        }
    return figures


async def freshness(pair: Pair, per_second: int, seconds: float, mark: str = STEADY) -> Freshness:
    """Commit single rows at this rate, and see when each has its effect in the projection.

    The first two seconds are a warm-up and do not count: an idle relay looks once a second when
    another process writes, and Java compiles. Relay and worker are running.
    """
    servers = pair.servers
    events = int(per_second * (WARM_UP_S + seconds))
    await alone(
        write_steadily, servers.dsn(pair.publisher_db), pair.publisher, per_second, events, mark
    )
    committed = await _times(servers.dsn(pair.publisher_db), "published", mark)
    projected = await _all_there(servers.dsn(pair.follower_db), events, mark)
    warm = min(committed.values()) + WARM_UP_S
    steady = {subject: at for subject, at in committed.items() if at >= warm}
    cuts = quantiles([(projected[subject] - at) * 1000 for subject, at in steady.items()], n=100)
    span = max(steady.values()) - min(steady.values())
    return Freshness(p50=cuts[49], p99=cuts[98], per_s=(len(steady) - 1) / span)


async def _all_there(dsn: str, events: int, mark: str) -> dict[str, float]:
    give_up = time.monotonic() + 120
    while len(seen := await _times(dsn, "known_things", mark)) < events:
        if time.monotonic() > give_up:
            raise TimeoutError(f"{len(seen)} of {events} had their effect within two minutes")
        await asyncio.sleep(0.5)
    return seen


async def _times(dsn: str, table: str, mark: str) -> dict[str, float]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(TIMES.format(table=table), mark)
    await connection.close()
    return {row["subject"]: row["at"] for row in rows}


async def write_steadily(dsn: str, owner: str, per_second: int, events: int, mark: str) -> None:
    db = Database(dsn, home=AtHome(owner), max_size=_WRITERS)
    began = time.perf_counter()

    async def writer(first: int) -> None:
        for number in range(first, events, _WRITERS):
            await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))
            async with db.transaction() as tx:
                subject = f"{number:08x}-0000-8000-8000-{mark}{tag(owner)}"
                tx.publish(THINGS, subject, view(number), event_type="thing-made")

    await asyncio.gather(*(writer(first) for first in range(_WRITERS)))
    await db.close()
