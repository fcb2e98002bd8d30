"""What goes on by itself: seats that became free at once are given step by step."""

from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.handlers import seats

JOBS: Final = Jobs()


@JOBS.on(seats.PROMOTE)
async def promote(job: Job, tx: Transaction) -> None:
    """Many wait, and many seats became free."""
    await seats.promote_more(UUID(job.payload["meeting"]), tx, now=tx.now)
