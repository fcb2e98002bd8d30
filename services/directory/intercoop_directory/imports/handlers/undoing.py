"""Takes an import back: what it has made goes, what it has changed becomes what it was."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.imports.domain.kept import State
from intercoop_directory.imports.domain.undoing import Left, UndoPlan, plan_undo
from intercoop_directory.imports.handlers.opening import get, lock
from intercoop_directory.imports.store import imports, rows
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.domain.views import record_of
from intercoop_directory.organisations.handlers import publish, withdraw
from intercoop_directory.organisations.store import own
from intercoop_directory.people.store import with_mandates

_UNDONE: Final = frozenset({State.OPEN, State.UNDONE})


async def look_back(import_id: UUID, tx: Transaction) -> UndoPlan:
    """What taking it back would do now. Raises `NotFoundError`."""
    kept = await get(import_id, tx)
    return await _plan(kept.id, await own.read_all(tx), tx)


async def undo(import_id: UUID, tx: Transaction, *, anyway: bool) -> UndoPlan:
    """Take it back; nothing of it where some of it has to stay, unless the rest is wanted `anyway`.

    Again it does nothing. Raises `NotFoundError`, and `ConflictError` while it is being applied.
    """
    await tx.take_your_time()
    kept = await lock(import_id, tx)
    if kept.state is State.APPLYING:
        raise ConflictError("This import is being applied: wait until it has ended")
    if kept.state in _UNDONE:
        return UndoPlan((), (), ())
    plan = await _plan(kept.id, await own.lock_all(tx), tx)
    if plan.kept and not anyway:
        return plan
    await _carry_out(plan, tx)
    gone = [one.id for one in plan.withdrawn] + [one.after.id for one in plan.restored]
    await rows.undo(kept.id, gone, tx)
    await imports.update(replace(kept, state=State.UNDONE, revision=kept.revision + 1), tx)
    return plan


async def _plan(import_id: UUID, known: Sequence[Organisation], tx: Transaction) -> UndoPlan:
    lefts = [
        Left(
            one.organisation_id,
            one.name,
            one.version,
            record_of(OrganisationView.model_validate_json(one.before)) if one.before else None,
        )
        for one in await rows.touched(import_id, tx)
    ]
    made = [left.organisation_id for left in lefts if left.before is None]
    by_id = {organisation.id: organisation for organisation in known}
    return plan_undo(lefts, by_id, await with_mandates(made, tx))


async def _carry_out(plan: UndoPlan, tx: Transaction) -> None:
    await withdraw(plan.withdrawn, tx)
    await own.update([restored.after for restored in plan.restored], tx)
    for restored in plan.restored:
        publish(restored.after, restored.now.record, tx)
