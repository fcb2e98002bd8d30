"""The outbox as a relay reads it: pointers that are due, claimed, or set aside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from intercoop_chassis.postgres import Connection, Row

CLAIM = """
WITH claimed AS (
    DELETE FROM outbox
    WHERE seq = ANY (ARRAY(
        SELECT seq FROM outbox
        WHERE refused IS NULL AND topic = ANY ($2::text[])
        ORDER BY seq LIMIT $1
    ))
    RETURNING topic, subject
)
SELECT keys.topic, keys.subject, newest.*
FROM (SELECT DISTINCT topic, subject FROM claimed) AS keys
CROSS JOIN LATERAL (
    SELECT version, event_id, event_type, occurred_at,
           correlation_id, causation_id, traceparent, value
    FROM published
    WHERE published.topic = keys.topic AND published.subject = keys.subject
    LIMIT 1
) AS newest
"""
"""The lateral look-up, limited, is the one plan that does not grow with what was published."""

ARE_DUE = """
SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL AND topic = ANY ($1::text[]))
"""
"""A round that finds nothing costs a transaction; most of a quiet day's looks find nothing."""

SET_ASIDE = """
UPDATE outbox SET refused = $3 WHERE topic = $1 AND subject = ANY ($2::text[])
"""

Claim = asyncio.Future[list[Row]]
"""A claim under way, and what it has claimed."""


@dataclass(frozen=True, slots=True)
class RefusedRows:
    """The broker refuses these subjects' states for good, and not only now."""

    topic: str
    subjects: tuple[str, ...]
    reason: str


async def are_due(topics: Sequence[str], connection: Connection) -> bool:
    """Whether a round would find any pointer at these topics."""
    return bool(await connection.fetchval(ARE_DUE, topics))


def claim(limit: int, topics: Sequence[str], connection: Connection) -> Claim:
    """Begin to delete the oldest pointers at these topics, and to look up what they point at."""
    return asyncio.ensure_future(connection.fetch(CLAIM, limit, topics))


def no_claim() -> Claim:
    """A claim that has found nothing."""
    nothing: Claim = asyncio.get_running_loop().create_future()
    nothing.set_result([])
    return nothing


async def set_aside(refused: RefusedRows, connection: Connection) -> None:
    """Leave these pointers where they are, with the reason; `republish` or a new version frees."""
    await connection.execute(SET_ASIDE, refused.topic, list(refused.subjects), refused.reason)
