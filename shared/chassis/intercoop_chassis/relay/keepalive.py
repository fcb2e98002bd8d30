"""A relay's connection while it waits for the broker: PostgreSQL closes what is silent for 5 s."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias, TypeVar

import asyncpg

from intercoop_chassis.waiting import pause

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""One that a session has for itself."""

_ASK_EVERY_S: Final = 1.0
_ASK: Final = "SELECT"


@asynccontextmanager
async def kept_awake(connection: Connection) -> AsyncIterator[None]:
    """Ask for nothing now and then, while the session has work elsewhere: PostgreSQL keeps it.

    A process that stands still does not ask. Nothing else may use the connection meanwhile.
    """
    over = asyncio.Event()

    async def ask() -> None:
        while not await pause(over, _ASK_EVERY_S):
            await connection.execute(_ASK)

    asking = asyncio.create_task(ask(), name="relay.awake")
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(asking, return_exceptions=True)  # what follows meets what it met


async def awaited_awake(
    work: Awaitable[T], connection: Connection, within_s: float, claim: "asyncio.Future[Any]"
) -> T:
    """Await work elsewhere inside a transaction; costs nothing when that takes less than a second.

    While a claim is under way the connection is not silent. Raises `TimeoutError`, and what the
    connection raises.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + within_s
    working = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({working}, timeout=_ASK_EVERY_S))[0]:
            if loop.time() > give_up:
                raise TimeoutError
            if claim.done():
                await connection.execute(_ASK)
    finally:
        working.cancel()
    return working.result()
