"""Durable commands a second below HTTP, while the pipeline carries them."""

import asyncio
import resource
import time
from dataclasses import dataclass
from functools import partial

from bench.cpu import Meter
from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.payload import view
from bench.roles import alone
from bench.service import make_thing
from bench.sizes import Sizes
from intercoop_chassis.postgres import AtHome, Database

CALLERS = 16
"""Requests under way at once; they share the pool that a service has by default."""
POOL = 4
WARM_UP_S = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Commands that were answered: all of them, and how many a second after the warm-up.

    `cpu_s` is the process's own; `ended` is the moment of the last answer.
    """

    answered: int
    per_s: float
    cpu_s: float
    ended: float


async def commands(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Handler, publication and commit, by one API process, with relay and worker at work."""
    pair = await Pair.new(servers)
    await pair.fill(1)
    with pair.relay() as relay, pair.worker() as worker:
        await pair.projected(1)
        dsn = servers.dsn(pair.publisher_db)
        meter = Meter({"relay": relay.pid, "worker": worker.pid, **servers.pids})
        asked = await alone(_call, dsn, pair.publisher, sizes.asked_s)
        behind = max(0.0, await pair.projected(asked.answered + 1) - asked.ended)
        cpu = meter.per_event("command", asked.answered)
    await pair.forget()
    return {
        "commands_per_s": asked.per_s,
        "commands_behind_s": behind,
        "cpu_us_command_api": asked.cpu_s / asked.answered * 1e6,
        **cpu,
    }


async def _call(dsn: str, owner: str, seconds: float) -> Asked:
    db = Database(dsn, home=AtHome(owner), max_size=POOL)
    warm = time.perf_counter() + WARM_UP_S
    over = warm + seconds
    counted = answered = 0

    async def caller() -> None:
        nonlocal counted, answered
        while (now := time.perf_counter()) < over:
            await db.command(partial(make_thing, view(answered)))
            answered += 1
            counted += now >= warm

    before = _cpu_s()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    took, cpu, ended = time.perf_counter() - warm, _cpu_s() - before, time.time()
    await db.close()
    return Asked(answered, counted / took, cpu, ended)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
