"""What comes by its date: mandates begin, and news is given up."""

from datetime import UTC, datetime, timedelta
from typing import Final

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.notices import handlers

JOBS: Final = Jobs()


@JOBS.every("undelivered", timedelta(hours=1))
async def sweep_undelivered(_: Job, tx: Transaction) -> None:
    """A mandate begins on its day without anybody saying so."""
    await handlers.sweep(tx, now=datetime.now(UTC))
