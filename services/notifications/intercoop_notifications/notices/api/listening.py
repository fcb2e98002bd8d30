"""The live connections of this process, and the one poll of the database for all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import structlog

from intercoop_chassis.errors import IntercoopError
from intercoop_chassis.postgres import Database, is_transient
from intercoop_chassis.waiting import pause
from intercoop_notifications.notices.store import notices

LISTENERS_A_PERSON: Final = 5
POLL_S: Final = 0.7

log = structlog.get_logger()


class TooManyListenersError(IntercoopError):
    code = "too-many-listeners"
    status = 429


class Listener:
    """One connection of one person, and the position of the last notice that it was given."""

    def __init__(self, person_id: UUID, position: int) -> None:
        self.person_id = person_id
        self.position = position
        self.is_over = False
        self._news = asyncio.Event()

    async def news(self, within_s: float) -> bool:
        """Wait for a notice after `position`, or for the end; False when neither came in time."""
        has_come = await pause(self._news, within_s)
        self._news.clear()
        return has_come

    def wake(self) -> None:
        self._news.set()

    def end(self) -> None:
        self.is_over = True
        self._news.set()


class Listening:
    """The listeners of a process; while there are any, one task polls the database for all."""

    def __init__(self, db: Database, stop: asyncio.Event) -> None:
        self._db = db
        self._stop = stop
        self._listeners: set[Listener] = set()
        self._polling: asyncio.Task[None] | None = None

    def check_room(self, person_id: UUID) -> None:
        """Raise `TooManyListenersError` when the person listens in too many places already."""
        count = sum(listener.person_id == person_id for listener in self._listeners)
        if count >= LISTENERS_A_PERSON:
            raise TooManyListenersError(
                f"You listen in {LISTENERS_A_PERSON} places already: close one of them"
            )

    @asynccontextmanager
    async def listener(self, person_id: UUID, position: int) -> AsyncIterator[Listener]:
        """Listen for what comes after a position, until the block ends or the process does."""
        listener = Listener(person_id, position)
        self._listeners.add(listener)
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll(), name="notifications.listening")
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                await self._rest()

    async def _rest(self) -> None:
        polling, self._polling = self._polling, None
        if polling:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    async def _poll(self) -> None:
        try:
            while not await pause(self._stop, POLL_S):
                await self._poll_once()
        finally:
            if self._polling is asyncio.current_task():
                for listener in self._listeners:
                    listener.end()

    async def _poll_once(self) -> None:
        positions = {listener: listener.position for listener in self._listeners}
        persons = {listener.person_id for listener in positions}
        try:
            async with self._db.read() as tx:
                given = await notices.given(list(persons), tx)
        except Exception as error:
            if not is_transient(error):
                log.exception("listening_failed")
                raise
            log.warning("listening_waits_for_database", error=type(error).__name__)
            return
        for listener, position in positions.items():
            last = given.get(listener.person_id, 0)
            if last > position:
                listener.wake()
            elif last < position:  # the database was restored from a backup: the client begins anew
                listener.end()
