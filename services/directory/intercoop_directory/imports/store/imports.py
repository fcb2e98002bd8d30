"""Imports: whose file it is, what its columns were said to be, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_directory.imports.domain.kept import Came, Import, State

_COLUMNS: Final = """
id, file_name, digest, sent_by, sent_at, encoding, separator, headings, columns, revision, state,
planned_revision, planned_on, reached, applied_by, applied_at, moved_at
"""
INSERT: Final = """
INSERT INTO imports
    (id, file_name, digest, sent_by, sent_at, encoding, separator, headings, columns)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
GET: Final = f"SELECT {_COLUMNS} FROM imports WHERE id = $1"  # noqa: S608  columns are constants
LOCK: Final = f"{GET} FOR UPDATE"
UPDATE: Final = """
UPDATE imports SET columns = $2, revision = $3, state = $4, planned_revision = $5, planned_on = $6,
    reached = $7, applied_by = $8, applied_at = $9, moved_at = $10
WHERE id = $1
"""
SAME_FILE: Final = f"""
SELECT {_COLUMNS} FROM imports WHERE digest = $1 AND id <> $2 AND sent_at <= $3
ORDER BY sent_at DESC, id DESC LIMIT 1
"""  # noqa: S608  columns are constants
LIST: Final = f"""
SELECT {_COLUMNS} FROM imports
WHERE $1::timestamptz IS NULL OR (sent_at, id) < ($1, $2::uuid)
ORDER BY sent_at DESC, id DESC LIMIT $3
"""  # noqa: S608  columns are constants
COUNTS: Final = """
SELECT import_id, outcome, is_done, is_undone, is_left_out, count(*) AS rows
FROM import_rows WHERE import_id = ANY ($1::uuid[])
GROUP BY import_id, outcome, is_done, is_undone, is_left_out
"""
PURGE_ROWS: Final = """
DELETE FROM import_rows WHERE ctid = ANY (ARRAY(
    SELECT import_rows.ctid FROM import_rows JOIN imports ON imports.id = import_id
    WHERE sent_at < $1 LIMIT $2 FOR UPDATE OF import_rows SKIP LOCKED
))
"""
PURGE: Final = """
DELETE FROM imports WHERE sent_at < $1
    AND NOT EXISTS (SELECT FROM import_rows WHERE import_id = imports.id)
"""
DELETE: Final = "DELETE FROM imports WHERE id = $1"


class Position(NamedTuple):
    """Where an import stands in the list, the newest first."""

    sent_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each outcome there are: to come, come, and taken back since."""

    to_come: dict[Came, int]
    come: dict[Came, int]
    undone: int = 0
    left_out: int = 0

    @property
    def refused(self) -> int:
        return self.to_come[Came.REFUSED]

    @property
    def ready(self) -> int:
        """Rows that something would come of, or that say what is known."""
        return sum(self.to_come.values()) - self.refused

    @property
    def to_write(self) -> int:
        return self.to_come[Came.CREATED] + self.to_come[Came.CHANGED]

    @property
    def written(self) -> int:
        return self.come[Came.CREATED] + self.come[Came.CHANGED]

    @property
    def done(self) -> int:
        return sum(self.come.values())


async def insert(kept: Import, tx: Transaction) -> None:
    await tx.execute(
        INSERT,
        kept.id,
        kept.file_name,
        kept.digest,
        kept.sent_by,
        kept.sent_at,
        kept.encoding,
        kept.separator,
        kept.headings,
        kept.columns,
    )


async def get(import_id: UUID, tx: Transaction) -> Import | None:
    row = await tx.fetchrow(GET, import_id)
    return _import(row) if row else None


async def lock(import_id: UUID, tx: Transaction) -> Import | None:
    """The same, and nobody else changes it or its rows before the transaction ends."""
    row = await tx.fetchrow(LOCK, import_id)
    return _import(row) if row else None


async def update(kept: Import, tx: Transaction) -> None:
    """Write what may change. Lock it before."""
    await tx.execute(
        UPDATE,
        kept.id,
        kept.columns,
        kept.revision,
        kept.state,
        kept.planned_revision,
        kept.planned_on,
        kept.reached,
        kept.applied_by,
        kept.applied_at,
        kept.moved_at,
    )


async def same_file(kept: Import, tx: Transaction) -> Import | None:
    """The last import of the very same file before this one."""
    row = await tx.fetchrow(SAME_FILE, kept.digest, kept.id, kept.sent_at)
    return _import(row) if row else None


async def list_imports(after: Position | None, fetch: int, tx: Transaction) -> list[Import]:
    rows = await tx.fetch(LIST, *(after or (None, None)), fetch)
    return [_import(row) for row in rows]


async def count(ids: Sequence[UUID], tx: Transaction) -> dict[UUID, Counts]:
    """The counts of each of these imports."""
    rows = await tx.fetch(COUNTS, list(ids))
    return {found: _counts([row for row in rows if row["import_id"] == found]) for found in ids}


async def delete(import_id: UUID, tx: Transaction) -> None:
    """With its rows."""
    await tx.execute(DELETE, import_id)


async def purge(before: datetime, limit: int, tx: Transaction) -> int:
    """Delete rows of imports that were sent before a moment, `limit` at most; returns how many.

    An import goes with the last of them.
    """
    rows = affected_rows(await tx.execute(PURGE_ROWS, before, limit))
    if rows < limit:
        await tx.execute(PURGE, before)
    return rows


def _counts(rows: Sequence[Row]) -> Counts:
    counts = Counts(dict.fromkeys(Came, 0), dict.fromkeys(Came, 0))
    undone = left_out = 0
    for row in rows:
        if row["is_undone"]:
            undone += row["rows"]
        elif row["is_left_out"]:
            left_out += row["rows"]
        elif row["outcome"] is not None:
            side = counts.come if row["is_done"] else counts.to_come
            side[Came(row["outcome"])] += row["rows"]
    return Counts(counts.to_come, counts.come, undone, left_out)


def _import(row: Row) -> Import:
    values: dict[str, Any] = dict(row.items())  # Any: a driver's
    values |= {"headings": tuple(row["headings"]), "columns": tuple(row["columns"])}
    return Import(**{**values, "state": State(row["state"])})
