"""What happens when its time comes."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Timer, Timers
from intercoop_chassis.postgres import Transaction
from intercoop_events.handlers import registrations

TIMERS: Final = Timers()


@TIMERS.on(registrations.LAPSE)
async def lapse(timer: Timer, tx: Transaction) -> None:
    """A meeting begins, and nobody answered a request for a seat."""
    registration = UUID(timer.payload["registration"])
    await registrations.lapse(registration, tx, now=datetime.now(UTC))
