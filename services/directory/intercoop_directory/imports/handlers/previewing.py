"""What would come of an import, row by row, before anything is saved; cells are corrected here."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.imports.domain.kept import Import, KeptRow, table_of
from intercoop_directory.imports.domain.notes import note_of
from intercoop_directory.imports.domain.plan import ImportPlan
from intercoop_directory.imports.domain.reading import read_rows
from intercoop_directory.imports.domain.rows import RowWish
from intercoop_directory.imports.domain.writing import rejected_csv
from intercoop_directory.imports.handlers.opening import get, lock, typed_cells
from intercoop_directory.imports.handlers.sheets import plan_rows
from intercoop_directory.imports.store import imports, rows
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.store import own


@dataclass(frozen=True, slots=True)
class Typing:
    """What somebody typed in the place of cells of a row, by field, and what they saw there."""

    number: int
    cells: Mapping[str, str]
    seen: Mapping[str, str]


async def is_current(kept: Import, tx: Transaction) -> bool:
    """Whether its rows say what would come of them now."""
    is_of_choices = kept.planned_revision == kept.revision
    return is_of_choices and kept.planned_on == await own.state_of_all(tx)


async def look(import_id: UUID, tx: Transaction) -> Import:
    """Write at its rows what would come of them now. Raises `NotFoundError`."""
    kept = await lock(import_id, tx)
    if not kept.may_be_corrected or await is_current(kept, tx):
        return kept
    await tx.take_your_time()
    state, known = await own.state_of_all(tx), await own.read_all(tx)
    all_rows = await rows.read(kept.id, tx)
    plan = await plan_open(kept, all_rows, [row for row in all_rows if row.is_open], known, tx)
    await rows.note(kept.id, [note_of(outcome) for outcome in plan.outcomes], tx)
    seen = replace(kept, planned_revision=kept.revision, planned_on=state)
    await imports.update(seen, tx)
    return seen


async def plan_open(
    kept: Import,
    all_rows: Sequence[KeptRow],
    chosen: Sequence[KeptRow],
    known: Sequence[Organisation],
    tx: Transaction,
) -> ImportPlan:
    """What these rows would do; `all_rows` of the file say how its days are written."""
    earlier = {row.organisation_id: row.line.number for row in all_rows if row.organisation_id}
    wishes = await asyncio.to_thread(_wishes, kept, all_rows, chosen)
    return await plan_rows(wishes, known, earlier, tx)


def _wishes(
    kept: Import, all_rows: Sequence[KeptRow], chosen: Sequence[KeptRow]
) -> tuple[RowWish, ...]:
    numbers = {row.line.number for row in chosen}
    return read_rows(table_of(kept, all_rows), numbers)


async def correct(
    import_id: UUID, typing: Typing, who: UUID, tx: Transaction
) -> rows.OpenRow | None:
    """Type something in the place of cells of a row; what comes of it then.

    A field that says what the cell says is no correction. None where somebody else has corrected
    the row since. Raises `ConflictError` for a row that was applied.
    """
    kept = await lock(import_id, tx)
    now = await _open_row(kept, typing.number, tx)
    typed = typed_cells(typing.cells)
    corrections = {**now.kept.corrections, **_new(kept, now.kept, typed)}
    if now.kept.corrections != typing.seen:
        if corrections != now.kept.corrections:
            return None
        return now
    changed = replace(now.kept, corrections=corrections, is_left_out=False)
    return await _save(kept, changed, who, tx)


async def leave_out(
    import_id: UUID, number: int, who: UUID, tx: Transaction, *, is_out: bool
) -> None:
    """Leave a row out, or take it in again. Raises `ConflictError` for one that was applied."""
    kept = await lock(import_id, tx)
    now = await _open_row(kept, number, tx)
    await _save(kept, replace(now.kept, is_left_out=is_out), who, tx)


async def refused_file(import_id: UUID, tx: Transaction) -> tuple[Import, str]:
    """The refused rows with what to correct in each, to correct and to send again."""
    kept = await get(import_id, tx)
    all_rows = await rows.read(kept.id, tx)
    chosen = [row for row in all_rows if row.is_open]
    plan = await plan_open(kept, all_rows, chosen, await own.read_all(tx), tx)
    table = table_of(kept, chosen)
    return kept, await asyncio.to_thread(rejected_csv, table, plan.errors)


async def _open_row(kept: Import, number: int, tx: Transaction) -> rows.OpenRow:
    found = await rows.get(kept.id, number, tx)
    if found is None or found.kept.organisation_id or not kept.may_be_corrected:
        raise ConflictError("This row is not one to correct: look at the import again")
    return found


async def _save(kept: Import, row: KeptRow, who: UUID, tx: Transaction) -> rows.OpenRow:
    await rows.correct(kept.id, row, who, tx)
    await imports.update(replace(kept, revision=kept.revision + 1), tx)
    await look(kept.id, tx)
    return await _open_row(kept, row.line.number, tx)


def _new(kept: Import, row: KeptRow, typed: Mapping[str, str]) -> dict[str, str]:
    return {field: text for field, text in typed.items() if text != cell_of(kept, row, field)}


def cell_of(kept: Import, row: KeptRow, field: str) -> str:
    """What stands in a row for a field: what was typed, else the cell; empty where neither is."""
    if field in row.corrections:
        return row.corrections[field]
    place, cells = kept.place_of.get(field), row.line.cells
    return cells[place] if place is not None and place < len(cells) else ""
