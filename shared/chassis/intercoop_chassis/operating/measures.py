"""Measures what waits in a service's database, also while nothing moves.

Not the relay and the worker, which could: when the broker is away neither works, and a figure
that stands still would look like health.
"""

import asyncio
import time
from typing import Final

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.parking.missing_keys import tell_missing_keys
from intercoop_chassis.health import Health
from intercoop_chassis.operating.limits import COUNTED_UP_TO, beyond_limits
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

PACE_S: Final = 5.0
LIMITS_S: Final = 60.0

WAITING: Final = """
SELECT
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT enqueued_at FROM outbox WHERE refused IS NULL ORDER BY seq LIMIT 1
    )), 0)::float8 AS outbox_age,
    (SELECT count(*) FROM (SELECT FROM outbox WHERE refused IS NOT NULL LIMIT $1) AS few)
        AS refused,
    (SELECT count(*) FROM (SELECT FROM parked WHERE kind <> 'excess' LIMIT $1) AS few) AS parked,
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT min(parked_at) FROM parked WHERE kind <> 'excess'
    )), 0)::float8 AS parked_age,
    coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT min(due_at) FROM jobs WHERE leaves AND state = 'pending'
    )), 0)::float8 AS outgoing_age
"""

"""However much waits, what is counted and what is looked through has an end."""

USED: Final = """
SELECT coalesce(max(living), 0)::bigint AS living, coalesce(max(bytes), 0)::bigint AS bytes
FROM (
    SELECT sum(living) AS living, sum(bytes) AS bytes
    FROM usage WHERE split_part(topic, '.', 2) <> $1 GROUP BY topic
) AS known
"""

log = structlog.get_logger()


class Measures:
    """Reads what waits in a service's database every five seconds, and its limits each minute."""

    def __init__(self, service: Service, db: Database, health: Health, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._db = db
        self._health = health
        self._limits_at = 0.0

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
            (row,) = await tx.fetch(WAITING, COUNTED_UP_TO)
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
        if self._service.subscribers and time.monotonic() >= self._limits_at:
            self._limits_at = time.monotonic() + LIMITS_S
            async with self._db.read() as tx:
                await self._look_at_limits(tx)

    async def _look_at_limits(self, tx: Transaction) -> None:
        name, own, settings = self._service.name, self._settings.owner, self._settings
        (used,) = await tx.fetch(USED, own)
        beyond = await beyond_limits(own, tx)
        parts = used["living"] / settings.limit_entities, used["bytes"] / settings.limit_bytes
        telemetry.LIMIT_USED.labels(name).set(max(parts))
        telemetry.EXCESS.labels(name).set(sum(each.excess for each in beyond))
        telemetry.INCOMPLETE.labels(name).set(sum(each.skipped > 0 for each in beyond))
        if beyond:
            topics = ", ".join(each.topic for each in beyond)
            self._health.note(f"{name}.limits", f"owners are beyond their limits: {topics}")
        else:
            self._health.forget(f"{name}.limits")
