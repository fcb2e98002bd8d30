"""NOTIFY as a process hears it: one listening connection wakes everybody who waits for a payload.

A NOTIFY that nobody hears is lost, so it is a hint, and the tables are the truth: whoever is woken
looks there, and all are woken whenever the connection was made anew.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from intercoop_chassis.errors import IntercoopError, UnavailableError
from intercoop_chassis.postgres.connections import Connection, own_connection
from intercoop_chassis.postgres.faults import is_transient
from intercoop_chassis.waiting import pause

WAITERS_OF_A_KEY: Final = 8
MOST_WAITERS: Final = 2_000
ASK_S: Final = 15.0
"""How often the connection is asked whether it is still there: one that is cut tells nobody."""

AGAIN_S: Final = 1.0

log = structlog.get_logger()


class TooManyListenersError(IntercoopError):
    """Somebody listens in as many places as one may."""

    code = "too-many-listeners"
    status = 429


class ListeningIsFullError(UnavailableError):
    """The process has as many listeners as it can have."""

    code = "listening-is-full"


class Waiter:
    """Somebody who waits for a payload. `is_over` once there is no more to wait for."""

    def __init__(self) -> None:
        self.is_over = False
        self._news = asyncio.Event()

    async def news(self, within_s: float) -> bool:
        """Wait for the payload, or for the end; False when neither came in time."""
        has_come = await pause(self._news, within_s)
        self._news.clear()
        return has_come

    def wake(self) -> None:
        self._news.set()

    def end(self) -> None:
        self.is_over = True
        self._news.set()


class Channel:
    """A channel of NOTIFY in one database. It has a connection while anybody waits, until `stop`.

    `key` is the payload that somebody waits for.
    """

    def __init__(self, dsn: str, name: str, stop: asyncio.Event) -> None:
        self._dsn = dsn
        self._name = name
        self._stop = stop
        self._waiters: dict[str, set[Waiter]] = {}
        self._listening: asyncio.Task[None] | None = None

    def check_room(self, key: str) -> None:
        """Raise `TooManyListenersError` or `ListeningIsFullError` where nobody more may wait."""
        if len(self._waiters.get(key, ())) >= WAITERS_OF_A_KEY:
            raise TooManyListenersError(
                f"You listen in {WAITERS_OF_A_KEY} places already: close one of them"
            )
        if sum(map(len, self._waiters.values())) >= MOST_WAITERS:
            raise ListeningIsFullError(
                "Too many people listen at the moment: what is new is in the list all the same"
            )

    @asynccontextmanager
    async def waiter(self, key: str) -> AsyncIterator[Waiter]:
        """Wait for a payload until the block ends, or the process does."""
        waiter = Waiter()
        self._waiters.setdefault(key, set()).add(waiter)
        if self._listening is None or self._listening.done():
            name = f"channel.{self._name}"
            self._listening = asyncio.create_task(self._run(), name=name)
        try:
            yield waiter
        finally:
            self._waiters[key].discard(waiter)
            if not self._waiters[key]:
                del self._waiters[key]
            if not self._waiters:
                await self._rest()

    async def _rest(self) -> None:
        listening, self._listening = self._listening, None
        if listening:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _run(self) -> None:
        """Listen until the stop, whatever the database does; then all have waited enough."""
        try:
            while not self._stop.is_set():
                await self._listen_once()
                await pause(self._stop, AGAIN_S)
        finally:
            if self._listening is asyncio.current_task():
                for waiter in self._all():
                    waiter.end()

    async def _listen_once(self) -> None:
        try:
            settings = {"application_name": f"intercoop-channel-{self._name}"}
            async with own_connection(self._dsn, settings) as connection:
                await self._listen(connection)
        except Exception as error:
            if not is_transient(error):
                log.exception("channel_failed", channel=self._name)
                raise
            log.warning("channel_waits_for_database", error=type(error).__name__)

    async def _listen(self, connection: Connection) -> None:
        """Wake whoever is named, until the connection ends or the process does."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(self._name, self._heard)
        for waiter in self._all():
            waiter.wake()  # what was said while nobody listened
        name = f"channel.{self._name}"
        stopping = asyncio.create_task(self._stop.wait(), name=f"{name}.stopping")
        losing = asyncio.create_task(lost.wait(), name=f"{name}.losing")
        try:
            while not (stopping.done() or losing.done()):
                await asyncio.wait(
                    {stopping, losing}, timeout=ASK_S, return_when=asyncio.FIRST_COMPLETED
                )
                if not (stopping.done() or losing.done()):
                    await connection.execute("SELECT 1")
        finally:
            stopping.cancel()
            losing.cancel()
            await asyncio.gather(stopping, losing, return_exceptions=True)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for waiter in self._waiters.get(str(payload), ()):
            waiter.wake()

    def _all(self) -> list[Waiter]:
        return [waiter for waiters in self._waiters.values() for waiter in waiters]
