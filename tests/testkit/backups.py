"""A database backed up and restored, while services are connected to it or not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

import asyncpg

from intercoop_local.platform.postgres import LocalPostgres

_CUT_OFF: Final = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1
"""
_OWNER: Final = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1"


async def back_up(server: LocalPostgres, name: str) -> str:
    """Copy a database as it is at this moment; returns the copy's name."""
    copy = f"backup-{uuid4().hex[:12]}"
    async with server.session() as session, _alone(session, name):
        await session.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    return copy


async def restore(server: LocalPostgres, name: str, copy: str) -> None:
    """Put a copy in the database's place; sessions that were open end."""
    async with server.session() as session:
        owner = await session.fetchval(_OWNER, name)
        await session.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await session.execute(f'CREATE DATABASE "{name}" TEMPLATE "{copy}" OWNER "{owner}"')


@asynccontextmanager
async def _alone(session: "asyncpg.Connection[asyncpg.Record]", name: str) -> AsyncIterator[None]:
    """Nobody is connected to this database meanwhile."""
    await session.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        await session.fetchval(_CUT_OFF, name)
        yield
    finally:
        await session.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
