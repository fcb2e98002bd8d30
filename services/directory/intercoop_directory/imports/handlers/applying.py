"""Applies an import some rows at a time: each step is saved whole, with how far it came.

A process that is killed leaves the steps before; the next one goes on after them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis import jobs
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.imports.domain.kept import Import, KeptRow, State
from intercoop_directory.imports.domain.notes import done_of
from intercoop_directory.imports.handlers.opening import lock
from intercoop_directory.imports.handlers.previewing import plan_open
from intercoop_directory.imports.handlers.sheets import save_plan
from intercoop_directory.imports.store import imports, rows
from intercoop_directory.organisations.store import own

STEP: Final = "import-step"
WITHIN: Final = timedelta(minutes=30)
"""A step that does not succeed in this time is given up, and the import says so."""

_FEWEST_ROWS: Final = 100
_MOST_STEPS: Final = 20


async def begin(import_id: UUID, revision: int, who: UUID, tx: Transaction) -> Import | None:
    """Have the rows applied that are ready. None where they are no longer those that were seen.

    Nothing happens where it is being applied. Raises `ConflictError` for one that was undone.
    """
    kept = await lock(import_id, tx)
    if kept.state is State.APPLYING:
        return kept
    if kept.state is State.UNDONE:
        raise ConflictError("This import was undone: send the file again")
    if kept.revision != revision:
        return None
    now = tx.now
    begun = replace(
        kept,
        state=State.APPLYING,
        reached=0,
        revision=kept.revision + 1,
        applied_by=who,
        applied_at=now,
        moved_at=now,
    )
    await imports.update(begun, tx)
    await _enqueue(begun, tx)
    return begun


async def step(import_id: UUID, reached: int, tx: Transaction) -> bool:
    """Apply the rows after the one that was reached; false where there is nothing more to do.

    What another process has done meanwhile is not done again.
    """
    kept = await imports.lock(import_id, tx)
    if kept is None or kept.state is not State.APPLYING or kept.reached != reached:
        return False
    await tx.take_your_time()
    known = await own.lock_all(tx)
    all_rows = await rows.read(import_id, tx)
    coming = [row for row in all_rows if row.is_open and row.line.number > reached]
    chosen = coming[: max(_FEWEST_ROWS, len(all_rows) // _MOST_STEPS)]
    plan = await plan_open(kept, all_rows, chosen, known, tx)
    await save_plan(plan, tx)
    await rows.finish(import_id, [done_of(outcome) for outcome in plan.outcomes], tx)
    further = _further(kept, chosen, is_last=len(chosen) == len(coming), tx=tx)
    await imports.update(further, tx)
    if further.state is State.APPLYING:
        await _enqueue(further, tx)
    return further.state is State.APPLYING


async def stop(import_id: UUID, reached: int, tx: Transaction) -> None:
    """Note that it does not come further, unless it has."""
    kept = await imports.lock(import_id, tx)
    if kept and kept.state is State.APPLYING and kept.reached == reached:
        await imports.update(replace(kept, state=State.STOPPED, planned_revision=None), tx)


def _further(kept: Import, chosen: Sequence[KeptRow], *, is_last: bool, tx: Transaction) -> Import:
    reached = chosen[-1].line.number if chosen else kept.reached
    if is_last:
        return replace(kept, state=State.APPLIED, reached=reached, moved_at=tx.now, planned_on=None)
    return replace(kept, reached=reached, moved_at=tx.now)


async def _enqueue(kept: Import, tx: Transaction) -> None:
    key = f"import/{kept.id}/{kept.revision}/{kept.reached}"
    payload = {"import": str(kept.id), "reached": kept.reached}
    await jobs.enqueue(tx, key, STEP, payload, tx.now + WITHIN)
