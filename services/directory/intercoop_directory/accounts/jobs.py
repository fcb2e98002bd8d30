"""What comes by time: sign-ins that were asked for are forgotten a day after."""

from datetime import timedelta
from typing import Final

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.store import sign_ins

JOBS: Final = Jobs()


@JOBS.sweep("sign-ins", timedelta(hours=1))
async def forget_sign_ins(_: Job, limit: int, tx: Transaction) -> int:
    return await sign_ins.purge(limit, tx)
