"""The statements that a database is asked, counted where they leave for the driver."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asyncpg import Connection


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement with its first words, but for those that begin and end transactions."""
    asked: list[str] = []

    def count(name: str) -> None:
        original = getattr(Connection, name)

        async def counting(self: Connection, sql: str, *arguments: Any, **options: Any) -> Any:
            if sql not in {"BEGIN;", "COMMIT;"}:
                asked.append(" ".join(sql.split())[:60])
            return await original(self, sql, *arguments, **options)

        patch.setattr(Connection, name, counting)

    with monkeypatch.context() as patch:
        for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
            count(name)
        yield asked
