"""Parked changes, as rows: one for each subject, from the moment it is parked until it heals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from intercoop_chassis.consumer.advancing import Advanced
from intercoop_chassis.consumer.parking.dead_letters import restored_record
from intercoop_chassis.consumer.parking.keeping import (
    FIRST_DELAY,
    NEVER,
    columns_of,
    lasting_delay,
)
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Transaction, affected_rows
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Ended, Key

DELAYS = (
    FIRST_DELAY,
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Before each retry; the last one repeats for ever."""

SOON = timedelta(seconds=2)
"""Before the retry of what waits for something else now: that may have come meanwhile."""

WOKEN_AT_ONCE = 1000

DUE_NOW = "parked-due-now"
"""The signal of a transaction that made parked changes due."""

CLEAR = """
WITH gone AS (
    DELETE FROM parked USING unnest($1::text[], $2::text[]) AS healed (topic, subject)
    WHERE (parked.topic, parked.subject) = (healed.topic, healed.subject)
    RETURNING parked.topic, 256 + octet_length(value) + octet_length(headers) AS bytes
)
INSERT INTO usage (topic, parked) SELECT topic, -sum(bytes) FROM gone GROUP BY topic
"""
WAKE = """
UPDATE parked SET next_try_at = $2 WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM parked WHERE waits_for = ANY ($1::text[]) AND next_try_at <> $2 LIMIT $3
))
"""
"""One that is due and being tried is woken as well: it may have looked too early."""
WAKE_EXCESS = """
UPDATE parked SET next_try_at = now() WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM parked
    WHERE kind = 'excess' AND topic = $1 AND next_try_at = 'infinity'
    ORDER BY parked_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""
DUE = """
SELECT topic, subject, version, headers, parked.value, is_news, attempts, waits_for, next_try_at,
       CASE WHEN applied > 0 THEN has_ended IS NOT TRUE END AS lives
FROM parked JOIN replica USING (topic, subject)
WHERE topic = $1 AND next_try_at <= $2
ORDER BY next_try_at LIMIT 1 FOR UPDATE OF replica SKIP LOCKED
"""
DUE_TOPICS = """
WITH RECURSIVE known AS (
    SELECT (SELECT topic FROM parked ORDER BY topic LIMIT 1) AS topic
    UNION ALL
    SELECT (SELECT parked.topic FROM parked WHERE parked.topic > known.topic ORDER BY topic LIMIT 1)
    FROM known WHERE known.topic IS NOT NULL
)
SELECT known.topic
FROM known CROSS JOIN LATERAL (
    SELECT next_try_at FROM parked WHERE parked.topic = known.topic
    ORDER BY topic, next_try_at LIMIT 1
) AS first
WHERE first.next_try_at <= $1 ORDER BY first.next_try_at
"""
"""From topic to topic in the index, however much waits in each."""
WITH_EXCESS = """
WITH RECURSIVE waiting AS (
    (SELECT topic FROM parked WHERE kind = 'excess' ORDER BY topic, parked_at LIMIT 1)
    UNION ALL
    SELECT (
        SELECT parked.topic FROM parked WHERE kind = 'excess' AND parked.topic > waiting.topic
        ORDER BY topic, parked_at LIMIT 1
    )
    FROM waiting WHERE waiting.topic IS NOT NULL
)
"""
"""How statements begin: `waiting` are topics with excess, and null, read from one to the next."""
TOPICS_WITH_EXCESS = """
-- waiting
SELECT topic FROM waiting WHERE topic IS NOT NULL
""".replace("-- waiting", WITH_EXCESS)
POSTPONE = """
UPDATE parked SET
    attempts = attempts + 1,
    next_try_at = CASE WHEN next_try_at = $4 THEN $5 ELSE next_try_at END,
    kind = $6, reason = $7, error_text = $8, waits_for = $9, missing_key = $10
WHERE topic = $1 AND subject = $2 AND version = $3
"""
"""A change that was made due while it was tried, by an operator or an arrival, stays due."""
RETRY_ALL = "UPDATE parked SET next_try_at = now() WHERE kind <> 'excess'"
"""What is in excess would wait again; it goes on when there is room."""
APPLY = """
UPDATE replica SET
    applied = $3, seen = greatest(seen, $3), parked = 0,
    event_type = $4, occurred_at = $5, value = $6, has_ended = $7
WHERE topic = $1 AND subject = $2 AND parked IN ($3, -$3::bigint) AND applied < $3
RETURNING old.value AS value_before
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked change that is due: the record as it came, and whether it is still news."""

    topic: str
    subject: str
    version: int
    headers: bytes
    value: bytes
    is_news: bool
    attempts: int
    waits_for: str | None
    due_at: datetime
    lives: bool | None
    """Whether an earlier version is applied and has not ended; None where none is applied."""

    @property
    def record(self) -> KafkaRecord:
        """The record that was kept. Raises `ValueError` where it cannot be read any more."""
        return restored_record(self.topic, self.subject, self.headers, self.value)


async def clear_parked(keys: Sequence[Key], tx: Transaction) -> None:
    """Forget parked changes that a newer good version has overtaken."""
    if keys:
        await tx.execute(CLEAR, [topic for topic, _ in keys], [subject for _, subject in keys])


async def wake_waiting(arrived: Sequence[str], at: datetime, tx: Transaction) -> int:
    """Make those due that wait for what has just been applied; returns how many.

    A thousand at most: where there were as many, ask again, with the same moment, in another
    transaction. However many wait for it, who brings it does not wait for them.
    """
    tag = await tx.execute(WAKE, list(arrived), at, WOKEN_AT_ONCE)
    return affected_rows(tag)


async def wake_excess(topic: str, room: int, tx: Transaction) -> int:
    """Make the oldest due that wait for room; returns how many, a thousand at most."""
    tag = await tx.execute(WAKE_EXCESS, topic, min(room, WOKEN_AT_ONCE))
    return affected_rows(tag)


async def topics_due(now: datetime, tx: Transaction) -> Sequence[str]:
    """The topics in which a parked change is due, those that wait longest first."""
    return [row["topic"] for row in await tx.fetch(DUE_TOPICS, now)]


async def topics_with_excess(tx: Transaction) -> Sequence[str]:
    """The topics in which something waits for room."""
    return [row["topic"] for row in await tx.fetch(TOPICS_WITH_EXCESS)]


async def next_due(topic: str, now: datetime, tx: Transaction) -> Parked | None:
    """Lock the parked change of a topic that is due first, if any."""
    row = await tx.fetchrow(DUE, topic, now)
    if row is None:
        return None
    return Parked(
        row["topic"],
        row["subject"],
        row["version"],
        row["headers"],
        row["value"],
        row["is_news"],
        row["attempts"],
        row["waits_for"],
        row["next_try_at"],
        row["lives"],
    )


async def postpone(parked: Parked, obstacle: Obstacle, tx: Transaction) -> None:
    """Try again later, each time after a longer while, unless it was made due meanwhile."""
    await tx.execute(
        POSTPONE,
        parked.topic,
        parked.subject,
        parked.version,
        parked.due_at,
        _next_try(parked, obstacle),
        *columns_of(obstacle),
    )


def _next_try(parked: Parked, obstacle: Obstacle) -> datetime:
    if obstacle.kind is ObstacleKind.EXCESS:
        return NEVER
    waits_for_another = obstacle.waits_for not in {None, parked.waits_for}
    if obstacle.is_lasting:
        delay = lasting_delay()
    elif waits_for_another:
        delay = SOON
    else:
        delay = DELAYS[min(parked.attempts, len(DELAYS) - 1)]
    return datetime.now(UTC) + delay


async def heal(event: StateEvent, tx: Transaction) -> Advanced | None:
    """Apply a parked version to the replica; None when a newer one came in the meantime."""
    envelope = event.envelope
    row = await tx.fetchrow(
        APPLY,
        *event.key,
        envelope.sequence,
        envelope.type,
        envelope.time,
        event.text,
        isinstance(event.after, Ended),
    )
    if row is None:
        return None
    await clear_parked([event.key], tx)
    return Advanced(envelope.sequence, row["value_before"], was_parked=True)


async def retry_all(tx: Transaction) -> int:
    """Make every parked change due now; returns how many."""
    tag = await tx.execute(RETRY_ALL)
    tx.signal(DUE_NOW)
    return affected_rows(tag)
