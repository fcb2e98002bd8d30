"""What comes by its date: mandates begin, and news is given up."""

from datetime import UTC, datetime, timedelta
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.timers import Timer, Timers
from intercoop_notifications.notices import handlers

TIMERS: Final = Timers()


@TIMERS.every("undelivered", timedelta(hours=1))
async def sweep_undelivered(_: Timer, tx: Transaction) -> None:
    """A mandate begins on its day without anybody saying so."""
    await handlers.sweep(tx, now=datetime.now(UTC))
