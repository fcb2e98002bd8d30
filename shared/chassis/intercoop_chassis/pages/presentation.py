"""What the owner says of itself, as every process shows it: name, colours, logo, whom to ask.

The directory reads it from what it publishes itself, every other service from its replica, as
standings are read. It is asked for a moment after a page is, and not for each page.
"""

import asyncio
import time
from typing import Final

import structlog

from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.decoding import view_of
from intercoop_contracts.directory import PRESENTATIONS, PresentationView

FRESH_FOR_S: Final = 5.0
_PATIENCE_S: Final = 1.0

PRESENTATION: Final = """
SELECT value FROM published WHERE topic = $1
UNION ALL
SELECT value FROM replica WHERE topic = $1 AND value IS NOT NULL
LIMIT 1
"""

log = structlog.get_logger()


async def presentation_of(tx: Transaction) -> PresentationView | None:
    """What this instance's owner says of itself; None before it has said anything."""
    value = await tx.fetchval(PRESENTATION, PRESENTATIONS.topic(tx.owner))
    view = view_of(PRESENTATIONS, value) if value is not None else None
    return view if isinstance(view, PresentationView) else None


async def owner_name(settings: Settings, tx: Transaction) -> str:
    """What this instance's owner calls itself; before it has, what the settings call it."""
    known = await presentation_of(tx)
    return known.name if known else settings.name_of_owner


class RememberedPresentation:
    """The newest that a process has read; `known` is None before its owner has said anything."""

    def __init__(self) -> None:
        self.known: PresentationView | None = None
        self._read_again_at = 0.0

    async def refresh(self, db: Database) -> None:
        """Read it again, if the last time is a while ago; where that fails, what is known stays."""
        now = time.monotonic()
        if now < self._read_again_at:
            return
        self._read_again_at = now + FRESH_FOR_S  # others who ask meanwhile do not read it too
        try:
            async with asyncio.timeout(_PATIENCE_S), db.statement() as tx:
                self.known = await presentation_of(tx)
        except Exception as error:  # noqa: BLE001  no page is missing for the want of a colour
            log.warning("presentation_not_read", error=type(error).__name__)

    def forget(self) -> None:
        """It was changed here: the next page reads it."""
        self._read_again_at = 0.0
