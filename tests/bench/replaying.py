"""Replay: an empty projection rebuilt from a replica, in a process as an operator runs it."""

import time

import asyncpg

from bench.cpu import Meter
from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.payload import NAME, TEMPLATE, THINGS
from bench.roles import alone
from bench.service import bench_service
from bench.sizes import Sizes
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.replay import replay

FILL = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
SELECT $1, gen_random_uuid()::text, 1, 1, 'thing-made', clock_timestamp(),
       replace($3, $4, lpad((i % 1000000)::text, 6, '0'))
FROM generate_series(1, $2) AS i
"""


async def replays(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """States a second; the replica's rows were written in bulk, as the worker writes them."""
    pair = await Pair.new(servers)
    dsn = servers.dsn(pair.follower_db)
    connection = await asyncpg.connect(dsn)
    topic = THINGS.topic(pair.publisher)
    await connection.execute(FILL, topic, sizes.events, TEMPLATE, NAME)
    await connection.execute("VACUUM ANALYZE replica")
    await connection.close()
    meter = Meter(servers.pids)
    states, took = await alone(_replay, dsn, pair.follower)
    cpu = meter.per_event("replay", sizes.events)
    await pair.projected(sizes.events)
    await pair.forget()
    return {"replay_events_per_s": states / took, **cpu}


async def _replay(dsn: str, owner: str) -> tuple[int, float]:
    db = Database(dsn, home=AtHome(owner))
    async with db.read() as tx:
        await tx.fetchval("SELECT 1")
    began = time.perf_counter()
    states = await replay(db, bench_service().subscribers, THINGS.id)
    took = time.perf_counter() - began
    await db.close()
    return states, took
