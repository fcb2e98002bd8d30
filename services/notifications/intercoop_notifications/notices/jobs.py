"""What comes by its date: mandates begin, news is given up; and what the doctor says of excess."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Sentence
from intercoop_notifications.notices import handlers
from intercoop_notifications.notices.store import notices, told_by, undelivered
from intercoop_notifications.notices.store.told_by import Excess
from intercoop_notifications.settings import NotificationsSettings

WHAT: Final = "notices"
LATELY: Final = timedelta(days=7)
COUNTS_KEPT_FOR: Final = timedelta(days=30)

JOBS: Final = Jobs()


@JOBS.sweep("undelivered", timedelta(hours=1), at_once=handlers.AT_ONCE)
async def deliver_waiting(_: Job, limit: int, tx: Transaction) -> int:
    """A mandate begins on its day without anybody saying so."""
    return await handlers.deliver_waiting(None, limit, tx, now=datetime.now(UTC))


@JOBS.sweep("undelivered-late", timedelta(hours=1))
async def give_up(_: Job, limit: int, tx: Transaction) -> int:
    return await undelivered.remove_late(datetime.now(UTC), limit, tx)


@JOBS.sweep("told-by", timedelta(days=1))
async def forget_counts(_: Job, limit: int, tx: Transaction) -> int:
    before = day_in_france(tx.now) - COUNTS_KEPT_FOR
    return await told_by.forget(before, limit, tx)


@JOBS.sweep("old-notices", timedelta(days=1))
async def purge_old(_: Job, limit: int, tx: Transaction) -> int:
    """Read or not: nobody reads so far back, and what is kept of people is kept for a while."""
    kept_for = timedelta(days=tx.settings_as(NotificationsSettings).notices_kept_days)
    return await notices.purge(datetime.now(UTC) - kept_for, limit, tx)


async def withheld_notices(context: Context) -> Sequence[Finding]:
    """Because of which owners people were told more than the limits let through, in a week."""
    settings = context.settings_as(NotificationsSettings)
    since = day_in_france(context.clock()) - LATELY
    async with context.db.read() as tx:
        found = await told_by.above(settings.daily_limits, since, tx)
    if not found:
        return [Finding(WHAT, Level.OK, Sentence("toutes sont données", "all are given"))]
    return [_finding(each) for each in found]


def _finding(excess: Excess) -> Finding:
    said = Sentence(
        f"{excess.owner} : {excess.notices} notifications et {excess.mails} courriels retenus "
        f"en 7 jours, pour {excess.people} personnes",
        f"{excess.owner}: {excess.notices} notices and {excess.mails} mails withheld in 7 days, "
        f"from {excess.people} people",
    )
    remedy = Sentence(
        f"Demandez à {excess.owner} ce qui se passe, ou relevez INTERCOOP_LIMIT_DAILY_NOTICES "
        "et INTERCOOP_LIMIT_DAILY_MAILS",
        f"Ask {excess.owner} what happens there, or raise INTERCOOP_LIMIT_DAILY_NOTICES and "
        "INTERCOOP_LIMIT_DAILY_MAILS",
    )
    return Finding(WHAT, Level.WARN, said, remedy)
