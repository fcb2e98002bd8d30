"""Migrations: SQL files, forward only, each once, under a lock, never changed afterwards."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

from intercoop_chassis.postgres.connections import Connection

_FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_LOCK_KEY = 0x1C0_0B  # any constant that the service's own database does not use elsewhere

CREATE_LEDGER = """
CREATE TABLE IF NOT EXISTS migrations (
    set_name text NOT NULL,
    file_name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (set_name, file_name)
)
"""
READ_LEDGER = "SELECT file_name, checksum FROM migrations WHERE set_name = $1"
WRITE_LEDGER = "INSERT INTO migrations (set_name, file_name, checksum) VALUES ($1, $2, $3)"

log = structlog.get_logger()


class MigrationError(Exception):
    """The files and the database disagree; the text names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class MigrationSet:
    """Who the migrations belong to (`chassis`, `directory`), and the folder of `NNNN_name.sql`."""

    name: str
    folder: Path

    def files(self) -> list[Path]:
        """The set's files in order. Raises `MigrationError` for a misnamed or doubled one."""
        files = sorted(self.folder.glob("*.sql"))
        for path in files:
            if not _FILE_NAME.fullmatch(path.name):
                raise MigrationError(f"{path}: name it like 0001_what_it_does.sql")
        numbers = [path.name[:4] for path in files]
        if len(set(numbers)) != len(numbers):
            raise MigrationError(f"{self.folder}: two migrations have the same number")
        return files


async def migrate(dsn: str, sets: Sequence[MigrationSet]) -> list[str]:
    """Bring the database up to the files, set after set; returns what was applied.

    Each file runs in a transaction of its own. Several processes may call this at once. Raises
    `MigrationError` when an applied file was changed or is gone.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
        await connection.execute(CREATE_LEDGER)
        applied = []
        for migrations in sets:
            applied += await _apply(connection, migrations)
        return applied
    finally:
        await connection.close()


async def pending(dsn: str, sets: Sequence[MigrationSet]) -> list[str]:
    """The migrations that the database lacks, without applying them."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        if await connection.fetchval("SELECT to_regclass('migrations')") is None:
            return [path.name for migrations in sets for path in migrations.files()]
        return [path.name for migrations in sets for path in await _missing(connection, migrations)]
    finally:
        await connection.close()


async def _apply(connection: Connection, migrations: MigrationSet) -> list[str]:
    done = []
    for path in await _missing(connection, migrations):
        text = path.read_text(encoding="utf-8")
        async with connection.transaction():
            await connection.execute(text)
            await connection.execute(WRITE_LEDGER, migrations.name, path.name, _checksum(text))
        log.info("migration_applied", set=migrations.name, file=path.name)
        done.append(f"{migrations.name}/{path.name}")
    return done


async def _missing(connection: Connection, migrations: MigrationSet) -> list[Path]:
    rows = await connection.fetch(READ_LEDGER, migrations.name)
    ledger = {row["file_name"]: row["checksum"] for row in rows}
    files = {path.name: path for path in migrations.files()}
    for name, checksum in ledger.items():
        if name not in files:
            raise MigrationError(
                f"{migrations.name}/{name} was applied to this database and is not in this "
                "version: run the newer version of the service"
            )
        if _checksum(files[name].read_text(encoding="utf-8")) != checksum:
            raise MigrationError(
                f"{migrations.name}/{name} was changed after it was applied: "
                "restore it and write a new migration"
            )
    return [path for name, path in files.items() if name not in ledger]


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
