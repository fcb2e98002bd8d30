"""Parked changes, as rows: one for each subject, from the moment it is parked until it heals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from intercoop_chassis.consumer.advancing import Advanced
from intercoop_chassis.consumer.limits.usage import SUBJECT_BYTES
from intercoop_chassis.consumer.parking.dead_letters import packed_headers, restored_record
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import Poison, StateEvent
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

NEVER = datetime.max.replace(tzinfo=UTC)
"""No time of its own: what is in excess waits for room. PostgreSQL's infinity."""

WOKEN_AT_ONCE = 1000

DUE_NOW = "parked-due-now"
"""The signal of a transaction that made parked changes due."""

KEEP = """
WITH new AS (
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::boolean[],
        $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]
    ) AS new (topic, subject, version, headers, value, is_new,
              next_try_at, kind, reason, error_text, waits_for, missing_key)
), marked AS (
    INSERT INTO replica (topic, subject, seen, parked)
    SELECT topic, subject, version, version FROM new ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET
        parked = EXCLUDED.parked, seen = greatest(replica.seen, EXCLUDED.seen)
    WHERE greatest(replica.applied, replica.parked) < EXCLUDED.parked
    RETURNING topic, subject, coalesce(old.seen, 0) AS seen_before
), kept AS (
    INSERT INTO parked (topic, subject, version, headers, value, is_news, next_try_at,
                        kind, reason, error_text, waits_for, missing_key)
    SELECT topic, subject, version, headers, value, is_new AND version > seen_before, next_try_at,
           kind, reason, error_text, waits_for, missing_key
    FROM new JOIN marked USING (topic, subject)
    ON CONFLICT (topic, subject) DO UPDATE SET
        version = EXCLUDED.version, headers = EXCLUDED.headers, value = EXCLUDED.value,
        is_news = EXCLUDED.is_news, parked_at = EXCLUDED.parked_at, attempts = 1,
        next_try_at = EXCLUDED.next_try_at, kind = EXCLUDED.kind, reason = EXCLUDED.reason,
        error_text = EXCLUDED.error_text, waits_for = EXCLUDED.waits_for,
        missing_key = EXCLUDED.missing_key
    RETURNING topic, subject,
        256 + octet_length(new.value) + octet_length(new.headers)
        - coalesce(256 + octet_length(old.value) + octet_length(old.headers), 0) AS bytes
), counted AS (
    INSERT INTO usage (topic, parked) SELECT topic, sum(bytes) FROM kept GROUP BY topic
)
SELECT topic, subject, bytes FROM kept
"""
"""Many at once, each whole: an older or equal version than what is known changes nothing."""

IS_THERE = (
    "SELECT EXISTS (SELECT FROM replica WHERE topic LIKE $1 AND subject = $2 AND applied > 0)"
)
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
       CASE WHEN applied > 0 THEN NOT says_ended(replica.value) END AS lives
FROM parked JOIN replica USING (topic, subject)
WHERE next_try_at <= $1 ORDER BY next_try_at LIMIT 1 FOR UPDATE OF replica SKIP LOCKED
"""
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
    lives: bool | None
    """Whether an earlier version is applied and has not ended; None where none is applied."""


@dataclass(frozen=True, slots=True)
class Unapplied:
    """A change that cannot be applied now, as it came, and why; `is_new` since it is subscribed."""

    item: StateEvent | Poison
    headers: bytes
    value: bytes
    obstacle: Obstacle
    is_new: bool

    @classmethod
    def of(
        cls, item: StateEvent | Poison, record: KafkaRecord, obstacle: Obstacle, since: datetime
    ) -> Self:
        """Of a record; `since` is when this service subscribed."""
        is_new = item.envelope.time > since
        return cls(item, packed_headers(record.headers), record.value or b"", obstacle, is_new)

    @property
    def topic(self) -> str:
        return self.item.key[0]

    @property
    def bytes(self) -> int:
        """What it takes here."""
        return SUBJECT_BYTES + len(self.value) + len(self.headers)


async def park_all(unapplied: Sequence[Unapplied], tx: Transaction) -> dict[Key, int]:
    """Keep changes for later, in one statement, at most one of each subject.

    Returns those that were kept, with the bytes that they add.
    """
    now = datetime.now(UTC)
    rows = [
        (
            *each.item.key,
            each.item.envelope.sequence,
            each.headers,
            each.value,
            each.is_new,
            await _first_try(each.obstacle, now, tx),
            *_columns(each.obstacle),
        )
        for each in unapplied
    ]
    kept = await tx.fetch(KEEP, *map(list, zip(*rows, strict=True))) if rows else ()
    return {(row["topic"], row["subject"]): row["bytes"] for row in kept}


async def _first_try(obstacle: Obstacle, now: datetime, tx: Transaction) -> datetime:
    if obstacle.kind is ObstacleKind.EXCESS:
        return NEVER
    if obstacle.kind is ObstacleKind.SET_ASIDE:
        return now
    return now if await _arrived(obstacle, tx) else now + DELAYS[0]


def _columns(obstacle: Obstacle) -> tuple[str | None, ...]:
    """An obstacle as the last five parameters of `KEEP` and `POSTPONE`."""
    return (
        obstacle.kind.value,
        obstacle.reason,
        obstacle.error_text,
        obstacle.waits_for,
        obstacle.missing_key,
    )


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


async def wake_waiting(arrived: Sequence[str], at: datetime, tx: Transaction) -> int:
    """Make those due that wait for what has just been applied; returns how many.

    A thousand at most: where there were as many, ask again, with the same moment, in another
    transaction. However many wait for it, who brings it does not wait for them.
    """
    tag = await tx.execute(WAKE, list(arrived), at, WOKEN_AT_ONCE)
    return int(tag.rpartition(" ")[2])


async def wake_excess(topic: str, room: int, tx: Transaction) -> int:
    """Make the oldest due that wait for room; returns how many, a thousand at most."""
    tag = await tx.execute(WAKE_EXCESS, topic, min(room, WOKEN_AT_ONCE))
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
        *_columns(obstacle),
    )


def _next_try(parked: Parked, obstacle: Obstacle) -> datetime:
    if obstacle.kind is ObstacleKind.EXCESS:
        return NEVER
    waits_for_another = obstacle.waits_for not in {None, parked.waits_for}
    delay = SOON if waits_for_another else DELAYS[min(parked.attempts, len(DELAYS) - 1)]
    return datetime.now(UTC) + delay


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
