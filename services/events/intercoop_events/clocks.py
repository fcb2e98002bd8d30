"""What happens when its time comes."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_events.handlers import registrations

JOBS: Final = Jobs()


@JOBS.on(registrations.LAPSE)
async def lapse(job: Job, tx: Transaction) -> None:
    """A meeting begins, and nobody answered a request for a seat."""
    registration = UUID(job.payload["registration"])
    await registrations.lapse(registration, tx, now=datetime.now(UTC))
