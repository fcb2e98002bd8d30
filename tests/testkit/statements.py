"""The statements that a database is asked, counted where they leave for the driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Connection

from intercoop_chassis.auth.endings import EndedSessions


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement with its first words, but for those that begin and end transactions.

    Whether a caller's session has ended is not asked meanwhile: that is every five seconds at most.
    """
    asked: list[str] = []

    def count(name: str) -> None:
        original = getattr(Connection, name)

        async def counting(self: Connection, sql: str, *arguments: Any, **options: Any) -> Any:
            if sql not in {"BEGIN;", "COMMIT;"}:
                asked.append(" ".join(sql.split())[:60])
            return await original(self, sql, *arguments, **options)

        patch.setattr(Connection, name, counting)

    async def not_asked(_: EndedSessions, _session: UUID) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(EndedSessions, "_asked", not_asked)
        for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
            count(name)
        yield asked
