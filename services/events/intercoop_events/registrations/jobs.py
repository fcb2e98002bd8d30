"""What happens when its time comes."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.timers import Timer, Timers
from intercoop_events.registrations import handlers

TIMERS: Final = Timers()


@TIMERS.on(handlers.LAPSE)
async def lapse(timer: Timer, tx: Transaction) -> None:
    """A meeting begins, and nobody answered a request for a seat."""
    await handlers.lapse(UUID(timer.payload["registration"]), tx, now=tx.now)
