"""Transactions with a bounded roll back, also on a half-open connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeAlias

import asyncpg

from intercoop_chassis.postgres.connections import Connection, PooledConnection
from intercoop_chassis.postgres.faults import ANY_FAULT

AnyConnection: TypeAlias = "Connection | PooledConnection"

TAKE_YOUR_TIME: Final = "SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = '15min'"
"""For a long transaction. PostgreSQL restarts `transaction_timeout` only from 0."""
MAY_BE_IDLE: Final = "SET LOCAL idle_in_transaction_session_timeout = '15min'"
"""For a transaction with pauses between its statements."""
_ROLL_BACK_S: Final = 2.0


@asynccontextmanager
async def bounded_transaction(
    connection: AnyConnection,
    **options: Any,  # noqa: ANN401  as asyncpg takes them
) -> AsyncIterator[None]:
    """A transaction that commits when the block ends, and rolls back when it raises.

    asyncpg waits without limit for the confirmation of a cancelled statement, which never comes on
    a half-open connection. Where a roll back is not confirmed in two seconds the connection is
    closed, and PostgreSQL rolls back.
    """
    transaction = connection.transaction(**options)
    try:
        await transaction.start()
    except asyncio.CancelledError:
        connection.terminate()  # BEGIN may have been executed all the same
        raise
    try:
        yield
    except BaseException:
        try:
            await asyncio.wait_for(transaction.rollback(), _ROLL_BACK_S)
        except ANY_FAULT:
            with suppress(asyncpg.InterfaceError):  # it may be gone already
                connection.terminate()
        raise
    await transaction.commit()
