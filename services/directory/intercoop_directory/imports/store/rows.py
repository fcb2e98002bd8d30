"""The rows of imports: cells as they came, what was typed in their place, and what came of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic_core import from_json, to_json

from intercoop_chassis.postgres import Row, Transaction
from intercoop_directory.imports.domain.files.lines import Doubt, Line
from intercoop_directory.imports.domain.kept import Came, KeptRow, RowNote

COLUMNS: Final = ("import_id", "number", "cells", "doubt", "doubt_at")
READ: Final = """
SELECT number, cells, doubt, doubt_at, corrections, is_left_out, organisation_id
FROM import_rows WHERE import_id = $1 ORDER BY number
"""
FIRST: Final = """
SELECT number, cells, doubt, doubt_at, corrections, is_left_out, organisation_id
FROM import_rows WHERE import_id = $1 ORDER BY number LIMIT $2
"""
NOTE: Final = """
UPDATE import_rows SET outcome = new.outcome, name = new.name, details = new.details::jsonb
FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS new (number, outcome, name, details)
WHERE import_id = $1 AND import_rows.number = new.number AND NOT is_done
    AND (import_rows.outcome, import_rows.name, import_rows.details)
        IS DISTINCT FROM (new.outcome, new.name, new.details::jsonb)
"""
FINISH: Final = """
UPDATE import_rows SET is_done = true, organisation_id = new.organisation_id,
    version = new.version, before = new.before::jsonb
FROM unnest($2::int[], $3::uuid[], $4::bigint[], $5::text[])
    AS new (number, organisation_id, version, before)
WHERE import_id = $1 AND import_rows.number = new.number
"""
CORRECT: Final = """
UPDATE import_rows SET corrections = $3::jsonb, corrected_by = $4, is_left_out = $5
WHERE import_id = $1 AND number = $2 AND NOT is_done
"""
GET: Final = """
SELECT number, cells, doubt, doubt_at, corrections, is_left_out, organisation_id, outcome, name,
    details, version, corrected_by, is_undone
FROM import_rows WHERE import_id = $1 AND number = $2
"""
LIST: Final = """
SELECT number, outcome, name, details, organisation_id, version, is_left_out, is_undone,
    corrections <> '{}' AS is_corrected
FROM import_rows
WHERE import_id = $1 AND outcome = ANY ($2::text[]) AND is_done = $3 AND is_left_out = $4
    AND number > $5
ORDER BY number LIMIT $6
"""
TOUCHED: Final = """
SELECT number, outcome, name, organisation_id, version, before
FROM import_rows
WHERE import_id = $1 AND is_done AND NOT is_undone AND outcome IN ('created', 'changed')
ORDER BY number
"""
UNDO: Final = """
UPDATE import_rows SET is_undone = true WHERE import_id = $1 AND organisation_id = ANY ($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as a page shows it; `details` are JSON, faults or changes."""

    number: int
    came: Came | None
    name: str
    details: Sequence[dict[str, Any]]  # Any: JSON
    organisation_id: UUID | None
    is_left_out: bool
    is_undone: bool


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that may be corrected: as it is kept, what comes of it, and who corrected it last."""

    kept: KeptRow
    shown: ShownRow
    corrected_by: UUID | None


@dataclass(frozen=True, slots=True)
class Touched:
    """An organisation that an applied row has made (`before` is None) or changed, as JSON."""

    number: int
    name: str
    organisation_id: UUID
    version: int
    before: str | None


async def insert(import_id: UUID, lines: Iterable[Line], tx: Transaction) -> None:
    rows = (
        (import_id, line.number, line.cells, line.doubt and line.doubt.value, line.place)
        for line in lines
    )
    await tx.copy("import_rows", COLUMNS, rows)


async def read(import_id: UUID, tx: Transaction) -> list[KeptRow]:
    return [_kept(row) for row in await tx.fetch(READ, import_id)]


async def read_first(import_id: UUID, limit: int, tx: Transaction) -> list[KeptRow]:
    """The first rows of the file."""
    return [_kept(row) for row in await tx.fetch(FIRST, import_id, limit)]


async def note(import_id: UUID, notes: Sequence[RowNote], tx: Transaction) -> None:
    """Write what would come of each row. Lock the import before."""
    await tx.execute(
        NOTE,
        import_id,
        [one.number for one in notes],
        [one.came for one in notes],
        [one.name for one in notes],
        [to_json(list(one.details)).decode() for one in notes],
    )


async def finish(import_id: UUID, notes: Sequence[RowNote], tx: Transaction) -> None:
    """Write what has come of each row; those without an organisation stay open."""
    await note(import_id, notes, tx)
    done = [one for one in notes if one.organisation_id]
    await tx.execute(
        FINISH,
        import_id,
        [one.number for one in done],
        [one.organisation_id for one in done],
        [one.version for one in done],
        [one.before for one in done],
    )


async def correct(import_id: UUID, row: KeptRow, who: UUID, tx: Transaction) -> None:
    """Write what was typed in the place of a row's cells, and whether it is left out."""
    typed = to_json(dict(row.corrections)).decode()
    await tx.execute(CORRECT, import_id, row.line.number, typed, who, row.is_left_out)


async def get(import_id: UUID, number: int, tx: Transaction) -> OpenRow | None:
    row = await tx.fetchrow(GET, import_id, number)
    return OpenRow(_kept(row), _shown(row), row["corrected_by"]) if row else None


async def list_rows(
    import_id: UUID, of: "Chosen", after: int, fetch: int, tx: Transaction
) -> list[ShownRow]:
    """Rows of one kind, in the order of the file, after the one with this number."""
    rows = await tx.fetch(LIST, import_id, list(of.came), of.is_done, of.is_left_out, after, fetch)
    return [_shown(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows a list has."""

    came: Sequence[Came]
    is_done: bool = False
    is_left_out: bool = False


async def touched(import_id: UUID, tx: Transaction) -> list[Touched]:
    """What the import has made and changed, and nobody has taken back."""
    return [
        Touched(row["number"], row["name"], row["organisation_id"], row["version"], row["before"])
        for row in await tx.fetch(TOUCHED, import_id)
    ]


async def undo(import_id: UUID, organisations: Sequence[UUID], tx: Transaction) -> None:
    await tx.execute(UNDO, import_id, list(organisations))


def _kept(row: Row) -> KeptRow:
    doubt = Doubt(row["doubt"]) if row["doubt"] else None
    line = Line(row["number"], tuple(row["cells"]), doubt, row["doubt_at"])
    return KeptRow(line, from_json(row["corrections"]), row["is_left_out"], row["organisation_id"])


def _shown(row: Row) -> ShownRow:
    came = Came(row["outcome"]) if row["outcome"] else None
    return ShownRow(
        row["number"],
        came,
        row["name"],
        from_json(row["details"]),
        row["organisation_id"],
        row["is_left_out"],
        row["is_undone"],
    )
