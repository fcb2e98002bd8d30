"""A transaction: queries, and the state events that are committed with them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from intercoop_chassis.postgres.bounded import MAY_BE_IDLE, TAKE_YOUR_TIME
from intercoop_chassis.publishing import Publications
from intercoop_contracts.streams import Ended, Stream, V

Record = asyncpg.Record


class Transaction:
    """Queries inside one PostgreSQL transaction; whoever opened it commits it.

    What `publish` is given is written to `published` and `outbox` in one statement just before
    the commit, so a state event exists if and only if the change it tells of does.
    """

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[Record]", owner: str) -> None:
        self._connection = connection
        self._publications = Publications()
        self._signals: set[str] = set()
        self._now: datetime | None = None
        self.owner = owner

    @property
    def now(self) -> datetime:
        """The one time at which this transaction's state events occur, fixed when first asked for.

        Ask after the row is locked: of two changes to an entity the later one has the later time.
        """
        if self._now is None:
            self._now = datetime.now(UTC)
        return self._now

    # Any: a driver takes and gives whatever the columns hold.
    async def execute(self, sql: str, *arguments: Any) -> str:  # noqa: ANN401
        """Run a statement; returns PostgreSQL's command tag, e.g. `UPDATE 1`."""
        return await self._connection.execute(sql, *arguments)

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments, in one round trip."""
        await self._connection.executemany(sql, rows)

    async def fetch(self, sql: str, *arguments: Any) -> list[Record]:  # noqa: ANN401
        return await self._connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: Any) -> Record | None:  # noqa: ANN401
        return await self._connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: Any) -> Any:  # noqa: ANN401
        return await self._connection.fetchval(sql, *arguments)

    async def take_your_time(self) -> None:
        """Let this transaction last for up to a quarter of an hour from now."""
        await self._connection.execute(f"{TAKE_YOUR_TIME}; {MAY_BE_IDLE}")

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Load rows with COPY."""
        await self._connection.copy_records_to_table(table, columns=list(columns), records=rows)

    def publish(
        self, stream: Stream[V], subject: UUID | str, view: V | Ended, *, event_type: str
    ) -> None:
        """Say what an entity of this owner is now, to everyone who follows it.

        Lock the entity's row, or check its version, before you compose the view. A view equal to
        the newest published one is no change. Of several in one transaction the last counts.

        Raises `PayloadTooLargeError` at once, `ErasedEntityError` at the commit.
        """
        self._publications.add(stream.topic(self.owner), str(subject), view, event_type)

    def signal(self, name: str) -> None:
        """Call this process's `Database.on_signal` listeners after the commit.

        A hint that saves waiting, never the mechanism: other processes hear nothing.
        """
        self._signals.add(name)

    @property
    def signals(self) -> frozenset[str]:
        return frozenset(self._signals)

    async def flush(self) -> int:
        """Write what was published so far; returns how many entities really changed."""
        return await self._publications.write(self)
