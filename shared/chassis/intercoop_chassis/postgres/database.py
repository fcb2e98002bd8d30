"""A service's database: a pool that opens when first needed, and the transactions it gives."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
import structlog

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.postgres.bounded import bounded_transaction
from intercoop_chassis.postgres.connections import PooledConnection, Row
from intercoop_chassis.postgres.faults import ANY_FAULT, is_conflict
from intercoop_chassis.postgres.recent import RecentReads
from intercoop_chassis.postgres.transaction import AtHome, Transaction

T = TypeVar("T")

_COMMAND_ATTEMPTS = 4
_CONNECT_TIMEOUT_S = 5.0
_ANSWER_TIMEOUT_S = 5.0
_CANCELLED_MEANWHILE_S = 1.0
_STATEMENTS_OF_A_TRANSACTION = 2.5
_SMALL_STATEMENTS = {"max_parallel_workers_per_gather": "0", "jit": "off"}
"""Starting workers, or compiling, takes longer than any statement of ours should."""

log = structlog.get_logger()


class Database:
    """One service's PostgreSQL database.

    `dsn` is a libpq URI; `home` says whose it is, and is given to every transaction. At most
    `max_size` connections are opened, the first when it is needed; idle ones close after a minute.
    A statement that takes longer than `statement_s` seconds fails, and so does a transaction that
    takes two and a half times as long.
    """

    def __init__(
        self,
        dsn: str,
        *,
        home: AtHome,
        max_size: int = 4,
        application_name: str = "intercoop",
        statement_s: float = 12.0,
    ) -> None:
        self._dsn = dsn
        self._home = home
        self._max_size = max_size
        self._statement_s = statement_s
        named = {"application_name": application_name}
        self._settings = {**_guards(statement_s), **_SMALL_STATEMENTS, **named}
        self._pool: asyncpg.Pool[Row] | None = None
        self._opening = asyncio.Lock()
        self._recent = RecentReads()
        self._listeners: list[Callable[[], None]] = []
        self._signal_listeners: dict[str, list[Callable[[], None]]] = {}

    @property
    def dsn(self) -> str:
        return self._dsn

    def on_published(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit that published something (wakes the relay)."""
        self._listeners.append(listener)

    def on_signal(self, name: str, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit whose transaction gave this signal."""
        self._signal_listeners.setdefault(name, []).append(listener)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that commits when the block ends, and rolls back when it raises."""
        async with self._connection() as connection, bounded_transaction(connection):
            tx = Transaction(connection, self._home)
            yield tx
            changed = await tx.flush()
            if changed:
                reach(Step.PUBLISH_WRITTEN)
        self._tell_of(tx, changed)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A read-only transaction that sees one moment of the database.

        What it reads by `Transaction.recent` may be five seconds older.
        """
        recent = self._recent.begun()
        async with (
            self._connection() as connection,
            bounded_transaction(connection, isolation="repeatable_read", readonly=True),
        ):
            yield Transaction(connection, self._home, recent)

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Transaction]:
        """For one statement that reads and does nothing else, in a third of the round trips.

        It sees one moment of the database, as each statement does.
        """
        async with self._connection() as connection:
            yield Transaction(connection, self._home)

    async def recent(self, key: Hashable, read: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `read` gives in a transaction that reads, or gave by the same key in five seconds.

        As `Transaction.recent`, for whoever asks for nothing else: where it is kept, the database
        is not asked.
        """

        async def anew() -> T:
            async with self.read() as tx:
                return await read(tx)

        return await self._recent.begun().of(key, anew)

    async def answers(self) -> bool:
        """Whether the database answers a small question now, on a connection of its own."""
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S), self.read() as tx:
                return bool(await tx.fetchval("SELECT true"))
        except ANY_FAULT:
            return False

    async def command(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction; again, a few times, when it met another one.

        `work` must be free of effects outside the transaction, because it may run twice.
        """
        for attempt in range(1, _COMMAND_ATTEMPTS):
            try:
                return await self._once(work)
            except asyncpg.PostgresError as error:
                if not is_conflict(error):
                    raise
                log.info("command_conflict", attempt=attempt, error=type(error).__name__)
                await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  jitter
        return await self._once(work)

    async def close(self) -> None:
        """Close the pool; transactions under way get ten seconds to end."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), 10)
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PooledConnection]:
        """A connection of the pool, without asyncpg's time-out, which costs a task each time."""
        pool = await self._opened()
        async with asyncio.timeout(_CONNECT_TIMEOUT_S):
            connection = await pool.acquire()
        try:
            yield connection
        finally:
            await pool.release(connection)

    def _tell_of(self, tx: Transaction, changed: int) -> None:
        """What this process is told of a commit, by which so many entities changed."""
        if tx.outdates_reads:
            self._recent.void()
        if changed:
            reach(Step.PUBLISH_COMMITTED)
            for listener in self._listeners:
                listener()
        for name in tx.signals:
            for listener in self._signal_listeners.get(name, ()):
                listener()

    async def _once(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self.transaction() as tx:
            return await work(tx)

    async def _opened(self) -> "asyncpg.Pool[Row]":
        if self._pool is not None:
            return self._pool
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._dsn,
                    min_size=0,
                    max_size=self._max_size,
                    max_inactive_connection_lifetime=60,
                    timeout=_CONNECT_TIMEOUT_S,
                    command_timeout=self._statement_s,
                    server_settings=self._settings,
                    reset=_nothing_to_reset,
                )
        return self._pool


def _guards(statement_s: float) -> dict[str, str]:
    """PostgreSQL's time-outs, which free the locks of a client that is frozen or cut off.

    Such a session may be idle in its transaction, may wait for a row lock, or may have sent half of
    an extended query, which PostgreSQL counts neither as idle nor as a statement.
    """
    return {
        "idle_in_transaction_session_timeout": "15s",
        "statement_timeout": f"{(statement_s + _CANCELLED_MEANWHILE_S) * 1000:.0f}ms",
        "transaction_timeout": f"{statement_s * _STATEMENTS_OF_A_TRANSACTION * 1000:.0f}ms",
    }


async def _nothing_to_reset(_: object) -> None:
    """No DISCARD ALL on release, which costs a round trip: only `SET LOCAL` is ever used."""
