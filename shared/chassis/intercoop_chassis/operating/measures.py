"""Measures what waits in a service's database, also while nothing moves.

Not the relay and the worker, which could: when the broker is away neither works, and a figure
that stands still would look like health.
"""

import asyncio
from typing import Final

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.parking.missing_keys import tell_missing_keys
from intercoop_chassis.health import Health
from intercoop_chassis.postgres import Database, is_transient
from intercoop_chassis.service import Service
from intercoop_chassis.waiting import pause

PACE_S: Final = 5.0

WAITING: Final = """
SELECT
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT enqueued_at FROM outbox WHERE refused IS NULL ORDER BY seq LIMIT 1
    )), 0)::float8 AS outbox_age,
    (SELECT count(*) FROM outbox WHERE refused IS NOT NULL) AS refused,
    (SELECT count(*) FROM parked) AS parked,
    coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(parked_at) FROM parked)), 0)::float8
        AS parked_age,
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT min(due_at) FROM jobs WHERE leaves AND state = 'pending'
    )), 0)::float8 AS outgoing_age
"""

log = structlog.get_logger()


class Measures:
    """Reads what waits in the database of one service, every five seconds."""

    def __init__(self, service: Service, db: Database, health: Health) -> None:
        self._service = service
        self._db = db
        self._health = health

    async def run(self, stop: asyncio.Event) -> None:
        """Measure until `stop`; a database that is away is left to those who need it."""
        while not stop.is_set():
            try:
                await self.look()
            except Exception as error:
                if not is_transient(error):
                    raise
                log.info("not_measured", error=type(error).__name__)
            await pause(stop, PACE_S)

    async def look(self) -> None:
        """Measure once."""
        name = self._service.name
        async with self._db.read() as tx:
            (row,) = await tx.fetch(WAITING)
            if row["parked"] or self._health.notes:
                await tell_missing_keys(name, self._health, tx)
        if self._service.publishes:
            telemetry.OUTBOX_AGE.labels(name).set(row["outbox_age"])
            telemetry.OUTBOX_REFUSED.labels(name).set(row["refused"])
        if self._service.subscribers:
            telemetry.PARKED.labels(name).set(row["parked"])
            telemetry.PARKED_AGE.labels(name).set(row["parked_age"])
        if self._service.jobs.deliveries:
            telemetry.OUTGOING_AGE.labels(name).set(row["outgoing_age"])
