"""What comes by time: imports that go on step by step, and those that are forgotten."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs, Outcome
from intercoop_chassis.postgres import Transaction
from intercoop_directory.imports.domain.kept import KEPT_FOR
from intercoop_directory.imports.handlers import applying
from intercoop_directory.imports.store import imports

JOBS: Final = Jobs()


async def _note_end(job: Job, outcome: Outcome, tx: Transaction) -> None:
    if outcome is not Outcome.DONE:
        await applying.stop(UUID(job.payload["import"]), job.payload["reached"], tx)


@JOBS.delivery(applying.STEP, on_finished=_note_end)
async def go_on(job: Job, context: Context) -> None:
    """The step has a transaction of its own, which also has the next one done."""
    import_id, reached = UUID(job.payload["import"]), job.payload["reached"]
    await context.db.command(lambda tx: applying.step(import_id, reached, tx))


@JOBS.sweep("imports", timedelta(hours=6), at_once=5_000)
async def forget_imports(_: Job, limit: int, tx: Transaction) -> int:
    return await imports.purge(tx.now - KEPT_FOR, limit, tx)
