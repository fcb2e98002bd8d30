"""Writing publications: `published` and `outbox`, in one statement just before the commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from intercoop_chassis.errors import ErasedEntityError
from intercoop_chassis.postgres.connections import PooledConnection, affected_rows
from intercoop_chassis.publishing.publications import Publication
from intercoop_chassis.tracing import current_cause, current_correlation, current_traceparent
from intercoop_contracts.streams import Key

WRITE = """
WITH changed AS (
    INSERT INTO published
        (topic, subject, version, event_id, event_type, occurred_at,
         correlation_id, causation_id, traceparent, value, erased)
    SELECT topic, subject, 1, event_id, event_type, $6, $7, $8, $9, value, erased
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $10::boolean[])
        AS new (topic, subject, event_id, event_type, value, erased)
    ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET
        version = published.version + 1,
        event_id = EXCLUDED.event_id,
        event_type = EXCLUDED.event_type,
        occurred_at = EXCLUDED.occurred_at,
        correlation_id = EXCLUDED.correlation_id,
        causation_id = EXCLUDED.causation_id,
        traceparent = EXCLUDED.traceparent,
        value = EXCLUDED.value,
        erased = published.erased OR EXCLUDED.erased
    WHERE published.value <> EXCLUDED.value
    RETURNING topic, subject
)
INSERT INTO outbox (topic, subject) SELECT topic, subject FROM changed
"""


async def write(
    connection: PooledConnection,
    publications: Mapping[Key, Publication],
    now: datetime,
) -> int:
    """Write new states, and pointers for the relay; returns how many entities really changed.

    Raises `ErasedEntityError` for an entity that was erased.
    """
    if not publications:
        return 0
    try:
        tag = await connection.execute(WRITE, *_columns(publications, now))
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != "erased_stays_erased":
            raise
        raise ErasedEntityError(
            "This entity was erased and stays erased: register a new one"
        ) from error
    return affected_rows(tag)


def _columns(publications: Mapping[Key, Publication], now: datetime) -> tuple[Any, ...]:
    """The statement's arguments; Any: each has a type of its own."""
    rows = publications.values()
    return (
        [topic for topic, _ in publications],
        [subject for _, subject in publications],
        [row.event_id for row in rows],
        [row.event_type for row in rows],
        [row.value for row in rows],
        now,
        current_correlation(),
        current_cause(),
        current_traceparent(),
        [row.erased for row in rows],
    )
