"""Parked changes, as rows: one for each subject, from the moment it is parked until it heals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from intercoop_chassis.consumer.advancing import Advanced
from intercoop_chassis.consumer.parking.dead_letters import packed_headers, restored_record
from intercoop_chassis.consumer.parking.obstacle import Obstacle
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.envelope import Envelope
from intercoop_contracts.streams import Key

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Before each retry; the last one repeats for ever."""

SOON = timedelta(seconds=2)
"""Before the retry of what waits for something else now: that may have come meanwhile."""

DUE_NOW = "parked-due-now"
"""The signal of a transaction that made parked changes due."""

MARK = """
INSERT INTO replica (topic, subject, seen, parked) VALUES ($1, $2, $3, $3)
ON CONFLICT (topic, subject) DO UPDATE SET
    parked = EXCLUDED.parked, seen = greatest(replica.seen, EXCLUDED.seen)
WHERE greatest(replica.applied, replica.parked) < EXCLUDED.parked
RETURNING coalesce(old.seen, 0) AS seen_before
"""
KEEP = """
INSERT INTO parked (topic, subject, version, headers, value, is_news, reason, waits_for,
                    next_try_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (topic, subject) DO UPDATE SET
    version = EXCLUDED.version, headers = EXCLUDED.headers, value = EXCLUDED.value,
    is_news = EXCLUDED.is_news, reason = EXCLUDED.reason, waits_for = EXCLUDED.waits_for,
    parked_at = EXCLUDED.parked_at, attempts = 1, next_try_at = EXCLUDED.next_try_at
"""
IS_THERE = (
    "SELECT EXISTS (SELECT FROM replica WHERE topic LIKE $1 AND subject = $2 AND applied > 0)"
)
CLEAR = """
DELETE FROM parked USING unnest($1::text[], $2::text[]) AS healed (topic, subject)
WHERE (parked.topic, parked.subject) = (healed.topic, healed.subject)
"""
WAKE = "UPDATE parked SET next_try_at = now() WHERE waits_for = ANY ($1::text[])"
DUE = """
SELECT topic, subject, version, headers, parked.value, is_news, attempts, waits_for, next_try_at
FROM parked JOIN replica USING (topic, subject)
WHERE next_try_at <= $1 ORDER BY next_try_at LIMIT 1 FOR UPDATE OF replica SKIP LOCKED
"""
POSTPONE = """
UPDATE parked SET
    attempts = attempts + 1, reason = $4, waits_for = $5,
    next_try_at = CASE WHEN next_try_at = $6 THEN $7 ELSE next_try_at END
WHERE topic = $1 AND subject = $2 AND version = $3
"""
"""A change that was made due while it was tried, by an operator or an arrival, stays due."""
RETRY_ALL = "UPDATE parked SET next_try_at = now()"
APPLY = """
UPDATE replica SET applied = parked, parked = 0, event_type = $4, occurred_at = $5, value = $6
WHERE topic = $1 AND subject = $2 AND parked = $3
RETURNING old.value AS value_before
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked change that is due: the record as it came, and whether it is still news."""

    topic: str
    subject: str
    version: int
    record: KafkaRecord
    is_news: bool
    attempts: int
    waits_for: str | None
    due_at: datetime


async def park(
    item: StateEvent | Poison,
    record: KafkaRecord,
    obstacle: Obstacle,
    since: datetime,
    tx: Transaction,
) -> bool:
    """Keep a change for later; an older or equal one than what is known changes nothing.

    `since` is when this service subscribed. Returns whether it was parked.
    """
    envelope: Envelope = item.envelope
    topic, subject = item.key
    row = await tx.fetchrow(MARK, topic, subject, envelope.sequence)
    if row is None:
        return False
    is_news = envelope.sequence > row["seen_before"] and envelope.time > since
    now = datetime.now(UTC)
    await tx.execute(
        KEEP,
        topic,
        subject,
        envelope.sequence,
        packed_headers(record.headers),
        record.value or b"",
        is_news,
        obstacle.reason,
        obstacle.waits_for,
        now if await _arrived(obstacle, tx) else now + DELAYS[0],
    )
    return True


async def _arrived(obstacle: Obstacle, tx: Transaction) -> bool:
    """What a change waits for may have come while it was being refused."""
    if obstacle.waits_for is None:
        return False
    stream_id, _, subject = obstacle.waits_for.partition("/")
    audience, name = stream_id.split(".", 1)
    return bool(await tx.fetchval(IS_THERE, f"{audience}.%.{name}", subject))


async def clear_parked(keys: Sequence[Key], tx: Transaction) -> None:
    """Forget parked changes that a newer good version has overtaken."""
    if keys:
        await tx.execute(CLEAR, [topic for topic, _ in keys], [subject for _, subject in keys])


async def wake_waiting(arrived: Sequence[str], tx: Transaction) -> int:
    """Make those due that wait for what has just been applied; returns how many."""
    tag = await tx.execute(WAKE, list(arrived))
    return int(tag.rpartition(" ")[2])


async def next_due(now: datetime, tx: Transaction) -> Parked | None:
    """Lock the parked change that is due first, if any."""
    row = await tx.fetchrow(DUE, now)
    if row is None:
        return None
    return Parked(
        row["topic"],
        row["subject"],
        row["version"],
        restored_record(row["topic"], row["subject"], row["headers"], row["value"]),
        row["is_news"],
        row["attempts"],
        row["waits_for"],
        row["next_try_at"],
    )


async def postpone(parked: Parked, obstacle: Obstacle, tx: Transaction) -> None:
    """Try again later, each time after a longer while, unless it was made due meanwhile."""
    waits_for_another = obstacle.waits_for not in {None, parked.waits_for}
    delay = SOON if waits_for_another else DELAYS[min(parked.attempts, len(DELAYS) - 1)]
    await tx.execute(
        POSTPONE,
        parked.topic,
        parked.subject,
        parked.version,
        obstacle.reason,
        obstacle.waits_for,
        parked.due_at,
        datetime.now(UTC) + delay,
    )


async def heal(event: StateEvent, tx: Transaction) -> Advanced | None:
    """Apply a parked version to the replica; None when a newer one came in the meantime."""
    envelope = event.envelope
    row = await tx.fetchrow(
        APPLY, *event.key, envelope.sequence, envelope.type, envelope.time, event.text
    )
    if row is None:
        return None
    await clear_parked([event.key], tx)
    return Advanced(envelope.sequence, row["value_before"], was_parked=True)


async def retry_all(tx: Transaction) -> int:
    """Make every parked change due now; returns how many."""
    tag = await tx.execute(RETRY_ALL)
    tx.signal(DUE_NOW)
    return int(tag.rpartition(" ")[2])
