"""What goes on by itself: seats that became free are given step by step, old counts go."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.handlers import seats
from intercoop_events.meetings.store import seats as store

JOBS: Final = Jobs()


@JOBS.on(seats.PROMOTE)
async def promote(job: Job, tx: Transaction) -> None:
    """Many wait, and many seats became free."""
    await seats.promote_more(UUID(job.payload["meeting"]), tx, now=tx.now)


@JOBS.sweep("fruitless-answers", timedelta(days=1))
async def forget_fruitless(_: Job, limit: int, tx: Transaction) -> int:
    """What was counted on another day."""
    return await store.forget_fruitless(tx.now, limit, tx)


@JOBS.sweep("seat-askers", timedelta(days=1))
async def forget_askers(_: Job, limit: int, tx: Transaction) -> int:
    """Who asked for a seat at a meeting that is over or cancelled."""
    return await store.forget_askers(tx.now, limit, tx)
