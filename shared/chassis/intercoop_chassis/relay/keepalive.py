"""Keep-alive of a relay's database session, which PostgreSQL ends after five silent seconds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from intercoop_chassis.postgres import Connection
from intercoop_chassis.waiting import pause

T = TypeVar("T")

_PING_EVERY_S: Final = 1.0
_PING: Final = "SELECT"


@asynccontextmanager
async def kept_alive(connection: Connection) -> AsyncIterator[None]:
    """Ping PostgreSQL once a second, while the session works elsewhere.

    A process that stands still does not ping, and loses its session with the lock. Nothing else may
    use the connection meanwhile.
    """
    over = asyncio.Event()

    async def ping() -> None:
        while not await pause(over, _PING_EVERY_S):
            await connection.execute(_PING)

    pinging = asyncio.create_task(ping(), name="relay.keepalive")
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(pinging, return_exceptions=True)  # the next statement fails as well


async def await_kept_alive(
    work: Awaitable[T], connection: Connection, within_s: float, claim: "asyncio.Future[Any]"
) -> T:
    """Await work elsewhere inside a transaction; costs nothing when that takes less than a second.

    While `claim`, a statement on this connection, is under way the session is not silent. Raises
    `TimeoutError`, and what the connection raises.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + within_s
    working = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({working}, timeout=_PING_EVERY_S))[0]:
            if loop.time() > give_up:
                raise TimeoutError
            if claim.done():
                await connection.execute(_PING)
    finally:
        working.cancel()
    return working.result()
