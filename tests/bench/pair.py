"""A publisher and a follower for a benchmark, each with a database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import asyncpg

from bench.measured_servers import MeasuredServers, new_owner, until
from bench.payload import KEPT, NAME, TEMPLATE, THINGS, tag, view
from bench.roles import running
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.settings import Settings
from intercoop_contracts.streams import Stream
from testkit.things.streams import PARTS, ThingView

FILL = """
WITH made AS (
    INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
    SELECT $1,
           overlay(overlay(overlay(
               gen_random_uuid()::text PLACING '00' FROM 1) PLACING '8' FROM 15) PLACING $6 FROM 29),
           1, uuidv7(), 'thing-made', clock_timestamp(),
           replace($3, $4, lpad((i % 1000000)::text, 6, '0'))
    FROM generate_series(1, $2) AS i
    RETURNING topic, subject
)
INSERT INTO outbox (topic, subject, refused) SELECT topic, subject, $5 FROM made
"""
"""Ids of times between 1970 and 2004, drawn at random."""

HELD = "held"
RELEASE = "UPDATE outbox SET refused = NULL WHERE refused = 'held'"
PENDING = "SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL)"
PROJECTED = "SELECT count(*) FROM known_things WHERE owner = $1"
MOMENT = "SELECT extract(epoch FROM clock_timestamp())::float8"
PROJECTED_AT = """
SELECT extract(epoch FROM max(pg_xact_commit_timestamp(xmin)))::float8
FROM known_things WHERE owner = $1
"""
RATE = """
WITH effects AS (
    SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 AS at
    FROM known_things WHERE owner = $1
), ends AS (SELECT min(at) AS first, max(at) AS last FROM effects)
SELECT (count(*) FILTER (WHERE at > first) / greatest(last - first, 0.001))::float8
FROM effects, ends GROUP BY first, last
"""
"""Effects a second after the first commit: how a process starts does not count."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A publisher and a follower of `servers`: owners and names of databases."""

    servers: MeasuredServers
    publisher: str
    publisher_db: str
    follower: str
    follower_db: str
    stream: Stream[ThingView] = THINGS
    keys: Path | None = None
    """The key file of the instance, where publisher and follower are of the same."""

    @classmethod
    async def kept(cls, servers: MeasuredServers, keys: Path) -> "Pair":
        """Two services of one owner, of which one publishes in private and the other follows."""
        owner = new_owner("home")
        databases = [await servers.new_database() for _ in range(2)]
        return cls(servers, owner, databases[0], owner, databases[1], KEPT, keys)

    @classmethod
    async def new(cls, servers: MeasuredServers) -> "Pair":
        return cls(
            servers,
            new_owner("from"),
            await servers.new_database(),
            new_owner("to"),
            await servers.new_database(),
        )

    async def forget(self) -> None:
        await self.servers.forget(self.publisher_db, self.follower_db)

    async def fill(self, events: int, refused: str | None = None) -> None:
        """Commit this many distinct entities of 600 bytes; `HELD` keeps them from the relay."""
        topic = self.stream.topic(self.publisher)
        connection = await asyncpg.connect(self.servers.dsn(self.publisher_db))
        await connection.execute(FILL, topic, events, TEMPLATE, NAME, refused, tag(self.publisher))
        await connection.execute("VACUUM ANALYZE published, outbox")
        await connection.close()

    @asynccontextmanager
    async def poured(self, events: int) -> AsyncIterator[Callable[[], Awaitable[float]]]:
        """Write this many distinct entities in one transaction, which commits behind the block.

        As an import of a large file does. What is given says the moment, when the block is done.
        """
        topic = self.stream.topic(self.publisher)
        connection = await asyncpg.connect(self.servers.dsn(self.publisher_db))
        async with connection.transaction():
            await connection.execute(FILL, topic, events, TEMPLATE, NAME, None, tag(self.publisher))
            await self._keep_awake()
            yield partial(connection.fetchval, MOMENT)
        await connection.close()

    async def release(self) -> float:
        """Let the relay have what was held; returns the moment of the commit."""
        await self._keep_awake()
        db = Database(self.servers.dsn(self.publisher_db), home=AtHome(self.publisher))
        async with db.transaction() as tx:
            await tx.execute(RELEASE)
            released = float(await tx.fetchval(MOMENT))
        await db.close()
        return released

    async def _keep_awake(self) -> None:
        """Change another stream for a while: a relay that is idle looks once a second."""
        db = Database(self.servers.dsn(self.publisher_db), home=AtHome(self.publisher))
        for number in range(50):
            async with db.transaction() as tx:
                tx.publish(PARTS, "pulse", view(number), event_type="part-made")
            await asyncio.sleep(0.01)
        await db.close()

    async def drained(self, *, within_s: float = 120) -> float:
        """Wait until the broker has confirmed everything; returns the moment."""
        connection = await asyncpg.connect(self.servers.dsn(self.publisher_db))

        async def empty() -> bool:
            return not await connection.fetchval(PENDING)

        try:
            return await until(empty, within_s=within_s, every_s=0.02)
        finally:
            await connection.close()

    async def projected(self, events: int, *, within_s: float = 120) -> float:
        """Wait until the follower's projection holds this many of the publisher's entities.

        Returns the moment of the last one's commit, by PostgreSQL's own commit timestamp: how
        seldom is looked does not count.
        """
        connection = await asyncpg.connect(self.servers.dsn(self.follower_db))

        async def all_there() -> bool:
            return bool(await connection.fetchval(PROJECTED, self.publisher) >= events)

        try:
            await until(all_there, within_s=within_s, every_s=0.25)
            return float(await connection.fetchval(PROJECTED_AT, self.publisher))
        finally:
            await connection.close()

    async def known(self) -> int:
        """How many of the publisher's entities the follower's projection holds now."""
        connection = await asyncpg.connect(self.servers.dsn(self.follower_db))
        known = await connection.fetchval(PROJECTED, self.publisher)
        await connection.close()
        return int(known)

    async def rate(self) -> float:
        """Effects a second in the follower's projection, from the first commit to the last."""
        connection = await asyncpg.connect(self.servers.dsn(self.follower_db))
        rate = await connection.fetchval(RATE, self.publisher)
        await connection.close()
        return float(rate)

    def relay(self) -> AbstractContextManager[BaseProcess]:
        role = "sealing relay" if self.keys else "relay"
        return running(role, self._settings(self.publisher, self.publisher_db, self.follower))

    def worker(self) -> AbstractContextManager[BaseProcess]:
        role = "opening worker" if self.keys else "worker"
        return running(role, self._settings(self.follower, self.follower_db, self.publisher))

    def _settings(self, owner: str, database: str, follows: str) -> Settings:
        return self.servers.settings(owner, database, follows, sealing_keys_file=self.keys)
