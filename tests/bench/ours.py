"""A publisher and a follower for a benchmark, and the product's rates between them."""

import asyncio
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

import asyncpg

from bench.place import Place, filling, new_owner, until
from bench.roles import running
from intercoop_chassis.postgres import Database
from testkit.things.streams import PARTS, THINGS, ThingView

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
HOLD = "UPDATE outbox SET refused = 'held'"
RELEASE = "UPDATE outbox SET refused = NULL"
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

    async def hold(self, events: int) -> None:
        """Commit this many as `fill`, kept from the relay until `release`."""
        connection = await asyncpg.connect(self.place.dsn(self.publisher_db))
        async with connection.transaction():
            await connection.execute(FILL, THINGS.topic(self.publisher), events, filling())
            await connection.execute(HOLD)
        await connection.execute("VACUUM ANALYZE published, outbox")
        await connection.close()

    async def release(self) -> float:
        """Let the relay have what was held; returns the moment from when it could see it.

        A relay that is idle looks once a second: small changes of another stream keep it awake.
        """
        db = Database(self.place.dsn(self.publisher_db), owner=self.publisher)
        for number in range(50):
            async with db.transaction() as tx:
                tx.publish(PARTS, "pulse", ThingView(name=f"{number}"), event_type="part-made")
            await asyncio.sleep(0.01)
        async with db.transaction() as tx:
            await tx.execute(RELEASE)
        released = time.monotonic()
        await db.close()
        return released

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

    def relay(self) -> AbstractContextManager[object]:
        return running(
            "relay", self.place.settings(self.publisher, self.publisher_db, self.follower)
        )

    def worker(self) -> AbstractContextManager[object]:
        return running(
            "worker", self.place.settings(self.follower, self.follower_db, self.publisher)
        )


async def relay_and_consumer(place: Place, events: int) -> tuple[float, float]:
    """Events a second of the relay alone, then of the consumer alone over what it sent."""
    pair = await Pair.new(place)
    await pair.fill(1)
    with pair.relay():
        await pair.drained()
        await pair.hold(events)
        began = await pair.release()
        relayed = events / (await pair.drained() - began)
    with pair.worker():
        began = await pair.projected(1)
        consumed = events / (await pair.projected(events + 1) - began)
    return relayed, consumed


async def road(place: Place, events: int) -> float:
    """Events a second from the outbox to the projection, relay and consumer at once."""
    pair = await Pair.new(place)
    await pair.fill(1)
    with pair.relay(), pair.worker():
        await pair.projected(1)
        await pair.hold(events)
        began = await pair.release()
        return events / (await pair.projected(events + 1) - began)
