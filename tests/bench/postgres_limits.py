"""Bare limits of PostgreSQL: the replica's rows written by nothing but the driver."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from bench.measured_servers import Figures, MeasuredServers
from bench.payload import body
from bench.roles import alone
from bench.sizes import Sizes

COLUMNS = ("topic", "subject", "applied", "seen", "event_type", "occurred_at", "value")
INSERT = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
                     $6::timestamptz[], $7::text[])
"""
IN_A_TRANSACTION = 4_000

Row = tuple[str, str, int, int, str, datetime, str]


async def bare_rows(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Rows a second of the same bytes into the same table, by `unnest` and by COPY."""
    return {
        "bare_unnest_per_s": await alone(_write, servers, sizes.events, "unnest"),
        "bare_copy_per_s": await alone(_write, servers, sizes.events, "copy"),
    }


async def _write(servers: MeasuredServers, count: int, way: str) -> float:
    database = await servers.new_database()
    connection = await asyncpg.connect(servers.dsn(database))
    write = _insert if way == "unnest" else _copy
    made = [_row(number) for number in range(count)]
    await write(connection, made[:1])
    await connection.execute("TRUNCATE replica CASCADE")
    began = time.perf_counter()
    for first in range(0, count, IN_A_TRANSACTION):
        async with connection.transaction():
            await write(connection, made[first : first + IN_A_TRANSACTION])
    took = time.perf_counter() - began
    await connection.close()
    await servers.forget(database)
    return count / took


def _row(number: int) -> Row:
    return ("bare", str(uuid4()), 1, 1, "thing-made", datetime.now(UTC), body(number))


async def _insert(connection: asyncpg.Connection, rows: Sequence[Row]) -> None:
    await connection.execute(INSERT, *(list(column) for column in zip(*rows, strict=True)))


async def _copy(connection: asyncpg.Connection, rows: Sequence[Row]) -> None:
    await connection.copy_records_to_table("replica", columns=COLUMNS, records=rows)
