"""Whether the network answers, as pages say it: by when a worker last reached the cluster."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from intercoop_chassis.postgres import Database, is_transient

AWAY_AFTER: Final = timedelta(seconds=60)
KNOWN_FOR_S: Final = 2.0
REACHED: Final = "SELECT reached_at, now() AS now FROM cluster_reached"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Network:
    """When the cluster was last reached, and the time then, both by the database's clock."""

    reached_at: datetime
    now: datetime

    @property
    def is_away(self) -> bool:
        return self.now - self.reached_at > AWAY_AFTER


class NetworkWatch:
    """What a process knows of it; the database is asked every two seconds at most.

    `clock` gives monotonic seconds.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: Network | None = None
        self._ask_at = clock()

    async def look(self, db: Database) -> Network | None:
        """The network now; None where no worker has ever reached it, or nobody can say."""
        now = self._clock()
        if now >= self._ask_at:
            self._ask_at = now + KNOWN_FOR_S  # first, so that others do not ask meanwhile
            self._known = await _asked(db)
        return self._known


async def _asked(db: Database) -> Network | None:
    try:
        async with db.statement() as tx:
            row = await tx.fetchrow(REACHED)
    except Exception as error:
        if not is_transient(error):
            raise
        log.warning("network_not_known", error=type(error).__name__)
        return None
    return Network(row["reached_at"], row["now"]) if row else None
