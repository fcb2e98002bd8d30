"""Sessions that have ended before their time, as each service knows of them.

`end_session` writes what a service has learnt; `EndedSessions` is what its processes ask. Who calls
the one, and by which stream endings travel, is not this module's.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.postgres import Database, Transaction, affected_rows, is_transient

ASK_AGAIN_S: Final = 5.0
KEPT_FOR: Final = timedelta(days=31)
"""Longer than a session lasts without being used, counted from when this service learnt of its end:
until then one of its processes may have renewed it."""

_MOST_KNOWN: Final = 10_000

END: Final = """
INSERT INTO ended_sessions (session_id, ended_at) VALUES ($1, $2)
ON CONFLICT (session_id) DO NOTHING
"""
FIND: Final = "SELECT EXISTS (SELECT FROM ended_sessions WHERE session_id = $1)"
PURGE: Final = """
DELETE FROM ended_sessions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ended_sessions WHERE learnt_at < now() - $1::interval
    ORDER BY learnt_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""


class SessionEndings(Protocol):
    """Knows which sessions have ended."""

    async def has_ended(self, session: UUID) -> bool:
        """Whether it is known that the session with this `sid` has ended."""

    def look_again(self, session: UUID) -> None:
        """Something was learnt of a session here: what was known before counts no more."""


class NoEndings:
    """Where sessions end by time alone."""

    async def has_ended(self, session: UUID) -> bool:  # noqa: ARG002  the protocol's
        return False

    def look_again(self, session: UUID) -> None:
        """Nothing is known here."""


class EndingsUnavailableError(UnavailableError):
    """The database cannot be asked whether a session has ended: nobody is let in meanwhile."""

    code = "database-unavailable"


class EndedSessions:
    """The endings in a service's own database, asked for a session every five seconds at most.

    `clock` gives monotonic seconds. Raises `EndingsUnavailableError`.
    """

    def __init__(self, db: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._ask_at: OrderedDict[UUID, float] = OrderedDict()
        self._learnt = 0

    async def has_ended(self, session: UUID) -> bool:
        now = self._clock()
        if self._ask_at.get(session, now) > now:
            return False
        learnt_before = self._learnt
        ended = await self._asked(session)
        self._ask_at.pop(session, None)
        if not ended and self._learnt == learnt_before:
            self._ask_at[session] = now + ASK_AGAIN_S
            if len(self._ask_at) > _MOST_KNOWN:
                self._ask_at.popitem(last=False)
        return ended

    def look_again(self, session: UUID) -> None:
        self._learnt += 1
        self._ask_at.pop(session, None)

    async def _asked(self, session: UUID) -> bool:
        try:
            async with self._db.statement() as tx:
                return bool(await tx.fetchval(FIND, session))
        except Exception as error:
            if not is_transient(error):
                raise
            raise EndingsUnavailableError(
                "The database cannot be used at the moment: try again in a few seconds"
            ) from error


async def end_session(tx: Transaction, session: UUID, ended_at: datetime) -> None:
    """Have this service refuse the session's tokens, in all its processes within seconds."""
    await tx.execute(END, session, ended_at)


async def purge(tx: Transaction, limit: int) -> int:
    """Forget sessions whose tokens have all expired, `limit` at most; returns how many."""
    return affected_rows(await tx.execute(PURGE, KEPT_FOR, limit))
