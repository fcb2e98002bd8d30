"""Rows and connections as asyncpg gives them; and a connection that is in no pool."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg

from intercoop_chassis.postgres.faults import ANY_FAULT

Row: TypeAlias = asyncpg.Record
"""Columns by name, as a statement returns them."""

Connection: TypeAlias = "asyncpg.Connection[Row]"
"""One that its user has alone."""

PooledConnection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Row]"

_CONNECT_S: Final = 5.0
_STATEMENT_S: Final = 20.0
_CLOSE_S: Final = 2.0


@asynccontextmanager
async def own_connection(dsn: str, settings: Mapping[str, str]) -> AsyncIterator[Connection]:
    """A connection of its own, with these settings of PostgreSQL for as long as it lasts."""
    connection: Connection = await asyncpg.connect(
        dsn, timeout=_CONNECT_S, command_timeout=_STATEMENT_S, server_settings=dict(settings)
    )
    try:
        yield connection
    finally:
        try:
            await asyncio.wait_for(connection.close(), _CLOSE_S)
        except ANY_FAULT:
            connection.terminate()


def affected_rows(tag: str) -> int:
    """How many rows a statement has changed, by its command tag: 3 of `INSERT 0 3`."""
    return int(tag.rpartition(" ")[2])
