"""What the chassis itself does in time: it forgets what is kept for a while only."""

from datetime import timedelta
from typing import Final

from intercoop_chassis import idempotency
from intercoop_chassis.jobs import deliveries
from intercoop_chassis.jobs.registry import Job, Jobs
from intercoop_chassis.postgres import Transaction

PURGE_KIND: Final = "idempotency-purge"
FINISHED_KIND: Final = "deliveries-purge"
FINISHED_KEPT_FOR: Final = timedelta(days=30)

HOUSEKEEPING: Final = Jobs()


@HOUSEKEEPING.sweep(PURGE_KIND, timedelta(days=1))
async def forget_idempotency_keys(job: Job, limit: int, tx: Transaction) -> int:
    return await idempotency.purge(tx, job.due_at, limit)


@HOUSEKEEPING.sweep(FINISHED_KIND, timedelta(hours=1))
async def forget_finished_deliveries(_: Job, limit: int, tx: Transaction) -> int:
    return await deliveries.purge(tx, FINISHED_KEPT_FOR, limit)
