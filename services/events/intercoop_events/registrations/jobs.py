"""What happens when its time comes."""

from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_events.registrations import handlers

JOBS: Final = Jobs()


@JOBS.on(handlers.LAPSE)
async def lapse(job: Job, tx: Transaction) -> None:
    """A meeting begins, and nobody answered a request for a seat."""
    await handlers.lapse(UUID(job.payload["registration"]), tx, now=tx.now)


@JOBS.on(handlers.FOLLOW)
async def follow(job: Job, tx: Transaction) -> None:
    """A meeting has changed for which there are many registrations."""
    await handlers.go_on_following(job.payload, tx)
