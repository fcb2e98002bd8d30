"""Leader election: one relay per database leads, by an advisory lock, and the others stand by.

The lock is a lease. PostgreSQL holds it for as long as the leader's session lives, and ends the
session of a leader that stays silent for five seconds. The lease alone would not keep a leader that
was frozen and wakes from writing: that is what the fence is for.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from intercoop_chassis.postgres import Connection, own_connection
from intercoop_chassis.settings import Settings

LOCK_KEY: Final = 0x1C0_0E
TRY_LOCK = "SELECT pg_try_advisory_lock($1)"

# A relay that forgets a confirmed deletion sends again what followers know.
_GUARDS: Final = {
    "idle_session_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_timeout": "30s",
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "synchronous_commit": "off",
    # A session prepares its claim while the tables are small and keeps that plan when they have
    # grown: only look-ups by key stay quick.
    "enable_seqscan": "off",
}


@asynccontextmanager
async def guarded_connection(settings: Settings, name: str) -> AsyncIterator[Connection]:
    """A connection of its own, that PostgreSQL closes when it stays silent for five seconds."""
    dsn = settings.database.get_secret_value()
    async with own_connection(dsn, {**_GUARDS, "application_name": name}) as connection:
        yield connection


async def try_lock(connection: Connection) -> bool:
    """Become the leader of this database, if nobody is."""
    return bool(await connection.fetchval(TRY_LOCK, LOCK_KEY))
