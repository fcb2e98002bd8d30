"""The flat cost: what a change costs when much was published, and many entities are known.

`SIZE` rows go through the real tables and the whole road: PostgreSQL writes them in bulk, 20,000
in a statement, into `published` and `outbox`, as the chassis' own statement would; relay and
worker carry all of them. The first million are new entities, the rest change those again. At
some sizes a point is measured: a burst over entities drawn from all there are, and single
commits at 200 a second.
"""

import time
from collections.abc import Sequence

import asyncpg

from bench.freshness import freshness
from bench.measured_servers import Figures, MeasuredServers, until
from bench.pair import HELD, Pair
from bench.payload import NAME, TEMPLATE, THINGS, tag
from bench.sizes import Sizes

AT = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 1.0)
"""The points, as shares of all rows."""
CHUNK = 20_000
RATE = 200
LEAST_WAIT_S = 2.0
MAKE = """
WITH made AS (
    INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
    SELECT $1, lpad(to_hex(i), 8, '0') || '-0000-8000-8000-0000' || $7, 1, uuidv7(), 'thing-made', clock_timestamp(),
           replace($4, $5, lpad((i % 1000000)::text, 6, '0'))
    FROM generate_series($2::bigint, $3::bigint - 1) AS i
    RETURNING topic, subject
)
INSERT INTO outbox (topic, subject, refused) SELECT topic, subject, $6 FROM made
"""
CHANGE = """
WITH chosen AS (
    SELECT DISTINCT lpad(to_hex(floor(random() * $2)::bigint), 8, '0')
        || '-0000-8000-8000-0000' || $8 AS subject
    FROM generate_series(1, $3::bigint)
), changed AS (
    UPDATE published SET version = version + 1, event_id = uuidv7(),
        occurred_at = clock_timestamp(), value = replace($4, $5, lpad($6::text, 6, '0'))
    FROM chosen WHERE topic = $1 AND published.subject = chosen.subject
    RETURNING topic, published.subject
)
INSERT INTO outbox (topic, subject, refused) SELECT topic, subject, $7 FROM changed
"""
BURST = "SELECT subject FROM outbox WHERE refused = 'held'"
BEHIND = """
SELECT subject, version FROM published WHERE topic = $1 AND subject = ANY ($2::text[])
"""
APPLIED = """
SELECT count(*) AS known,
       extract(epoch FROM max(pg_xact_commit_timestamp(known_things.xmin)))::float8 AS at
FROM known_things JOIN unnest($2::text[], $3::bigint[]) AS wanted (subject, version)
  ON known_things.subject = wanted.subject AND known_things.version >= wanted.version
WHERE owner = $1
"""


async def flat_cost(servers: MeasuredServers, sizes: Sizes) -> tuple[Figures, list[Figures]]:
    """The last point against the first, and all points."""
    pair = await Pair.new(servers)
    filler = Filler(pair, sizes)
    points = []
    with pair.relay(), pair.worker():
        await filler.to(sizes.burst)
        await freshness(pair, RATE, 0.5, "-first")  # Java compiles, plans are made
        await filler.burst()
        for share in AT:
            await filler.to(int(sizes.history * share))
            points.append(await _point(pair, filler, sizes))
            print("  " + ", ".join(f"{name} {value:,.1f}" for name, value in points[-1].items()))
    await pair.forget()
    first, last = points[0], points[-1]
    return {
        "flat_us_per_event_first": first["us_per_event"],
        "flat_us_per_event_last": last["us_per_event"],
        "flat_last_to_first": last["us_per_event"] / first["us_per_event"],
        "flat_p50_ms_first": first["p50_ms"],
        "flat_p50_ms_last": last["p50_ms"],
        "flat_p50_last_to_first": last["p50_ms"] / first["p50_ms"],
        "flat_rows": last["rows"],
    }, points


async def _point(pair: Pair, filler: "Filler", sizes: Sizes) -> Figures:
    rows, subjects = filler.rows, filler.subjects
    bursts = sorted([await filler.burst() for _ in range(3)])
    fresh = await freshness(pair, RATE, min(4.0, sizes.steady_s), f"-at{rows}")
    return {
        "rows": rows,
        "subjects": subjects,
        "us_per_event": bursts[1] * 1e6,
        "us_per_event_least": bursts[0] * 1e6,
        "us_per_event_most": bursts[2] * 1e6,
        "p50_ms": fresh.p50,
        "p99_ms": fresh.p99,
    }


class Filler:
    """Sends rows through the real tables; `rows` have gone, `subjects` are known."""

    def __init__(self, pair: Pair, sizes: Sizes) -> None:
        self._pair = pair
        self._sizes = sizes
        self._topic = THINGS.topic(pair.publisher)
        self._tag = tag(pair.publisher)
        self.rows = self.subjects = 0

    async def to(self, rows: int) -> None:
        """Go on until this many rows have gone through, and have their effect."""
        connection = await asyncpg.connect(self._pair.servers.dsn(self._pair.publisher_db))
        while self.rows < rows:
            await self._chunk(connection, min(CHUNK, rows - self.rows), None)
            await self._pair.drained()
        await connection.execute("ANALYZE published")
        await connection.close()
        await self._settled()

    async def burst(self) -> float:
        """Seconds an event from the commit to the last effect, of entities drawn from all."""
        connection = await asyncpg.connect(self._pair.servers.dsn(self._pair.publisher_db))
        await self._change(connection, self._sizes.burst, HELD)
        subjects = [row["subject"] for row in await connection.fetch(BURST)]
        await connection.close()
        released = await self._pair.release()
        return (await self._applied(subjects) - released) / len(subjects)

    async def _settled(self) -> None:
        """Wait until the worker has what the relay has sent: a change made now is the last."""
        connection = await asyncpg.connect(self._pair.servers.dsn(self._pair.publisher_db))
        await self._change(connection, 10, HELD)
        subjects = [row["subject"] for row in await connection.fetch(BURST)]
        await connection.close()
        await self._pair.release()
        await self._applied(subjects)

    async def _chunk(self, connection: asyncpg.Connection, count: int, held: str | None) -> None:
        new = min(count, self._sizes.subjects - self.subjects)
        if new > 0:
            ends = (self.subjects, self.subjects + new)
            await connection.execute(MAKE, self._topic, *ends, TEMPLATE, NAME, held, self._tag)
            self.rows += new
            self.subjects += new
        else:
            await self._change(connection, count, held)

    async def _change(self, connection: asyncpg.Connection, count: int, held: str | None) -> None:
        number = int(time.time() * 1000) % 1_000_000
        tag = await connection.execute(
            CHANGE, self._topic, self.subjects, count, TEMPLATE, NAME, str(number), held, self._tag
        )
        self.rows += int(tag.rpartition(" ")[2])

    async def _applied(self, subjects: Sequence[str]) -> float:
        """Wait until all of these have their newest version; the moment of the last commit."""
        servers = self._pair.servers
        source = await asyncpg.connect(servers.dsn(self._pair.publisher_db))
        rows = await source.fetch(BEHIND, self._topic, list(subjects))
        await source.close()
        keys, versions = [row["subject"] for row in rows], [row["version"] for row in rows]
        follower = await asyncpg.connect(servers.dsn(self._pair.follower_db))

        async def there() -> bool:
            seen = await follower.fetchrow(APPLIED, self._pair.publisher, keys, versions)
            return bool(seen["known"] >= len(keys))

        try:
            await until(there, within_s=600, every_s=0.25)
            seen = await follower.fetchrow(APPLIED, self._pair.publisher, keys, versions)
            return float(seen["at"])
        finally:
            await follower.close()
