"""The product's figures: relay, consumer, the whole road, freshness."""

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from bench.place import Place, filling, new_owner, until
from bench.roles import running
from testkit.things.streams import THINGS

FILL = """
WITH made AS (
    INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
    SELECT $1, gen_random_uuid()::text, 1, uuidv7(), 'thing-made', clock_timestamp(),
           format('{"name":"%s","filling":"%s","behave":"well","needs":null}',
                  lpad(i::text, 6, '0'), $3::text)
    FROM generate_series(1, $2) AS i
    RETURNING topic, subject
)
INSERT INTO outbox (topic, subject) SELECT topic, subject FROM made
"""
PENDING = "SELECT EXISTS (SELECT FROM outbox)"
PROJECTED = "SELECT count(*) FROM known_things WHERE owner = $1"


@dataclass(frozen=True, slots=True)
class Pair:
    """A publisher and a follower, each with a database."""

    place: Place
    publisher: str
    publisher_db: str
    follower: str
    follower_db: str

    @classmethod
    async def new(cls, place: Place) -> "Pair":
        return cls(
            place,
            new_owner("from"),
            await place.new_database(),
            new_owner("to"),
            await place.new_database(),
        )

    async def fill(self, events: int) -> None:
        """Commit this many distinct entities of 600 bytes, not yet sent."""
        connection = await asyncpg.connect(self.place.dsn(self.publisher_db))
        await connection.execute(FILL, THINGS.topic(self.publisher), events, filling())
        await connection.execute("VACUUM ANALYZE published, outbox")
        await connection.close()

    async def drained(self, *, within_s: float = 120) -> float:
        connection = await asyncpg.connect(self.place.dsn(self.publisher_db))

        async def empty() -> bool:
            return not await connection.fetchval(PENDING)

        try:
            return await until(empty, within_s=within_s)
        finally:
            await connection.close()

    async def projected(self, events: int, *, within_s: float = 120) -> float:
        """Wait until the follower's projection holds this many of the publisher's entities."""
        connection = await asyncpg.connect(self.place.dsn(self.follower_db))

        async def all_there() -> bool:
            return bool(await connection.fetchval(PROJECTED, self.publisher) >= events)

        try:
            return await until(all_there, within_s=within_s, every_s=0.05)
        finally:
            await connection.close()

    def relay(self):
        return running("relay", self.place.settings(self.publisher, self.publisher_db, self.follower))

    def worker(self):
        return running("worker", self.place.settings(self.follower, self.follower_db, self.publisher))
