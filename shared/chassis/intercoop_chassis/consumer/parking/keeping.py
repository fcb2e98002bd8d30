"""Keeping what cannot be applied: a row of `parked` for each subject, and its mark in `replica`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from intercoop_chassis.consumer.limits.usage import SUBJECT_BYTES
from intercoop_chassis.consumer.parking.dead_letters import packed_headers
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.streams import Key

FIRST_DELAY: Final = timedelta(minutes=1)
NEVER: Final = datetime.max.replace(tzinfo=UTC)
"""No time of its own: what is in excess waits for room. PostgreSQL's infinity."""

_MARK: Final = """
    INSERT INTO replica (topic, subject, seen, parked)
    SELECT topic, subject, version, version FROM new ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET
        parked = EXCLUDED.parked, seen = greatest(replica.seen, EXCLUDED.seen)
    WHERE greatest(replica.applied, replica.parked) < EXCLUDED.parked
    RETURNING topic, subject, coalesce(old.seen, 0) AS seen_before
"""
_MARK_UNVOUCHED: Final = """
    INSERT INTO replica (topic, subject, seen, parked)
    SELECT topic, subject, 0, -new.version
    FROM new
    LEFT JOIN parked AS waiting USING (topic, subject)
    LEFT JOIN replica AS known USING (topic, subject)
    WHERE CASE
        WHEN waiting.kind IS NULL
            THEN new.missing_key IS NOT NULL OR coalesce(known.parked, 0) > -new.version
        WHEN waiting.kind IN ('unopenable', 'unsealed')
            THEN new.missing_key IS NOT NULL OR waiting.version < new.version
        WHEN waiting.kind = 'missing-key'
            THEN new.missing_key IS NOT NULL AND waiting.version < new.version
        ELSE false
    END
    ORDER BY topic, subject
    ON CONFLICT (topic, subject) DO UPDATE SET parked = EXCLUDED.parked
    WHERE replica.parked <= 0 AND replica.applied < -EXCLUDED.parked
    RETURNING topic, subject, coalesce(old.seen, 0) AS seen_before
"""
_KEEP: Final = """
WITH new AS (
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::boolean[],
        $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]
    ) AS new (topic, subject, version, headers, value, is_new,
              next_try_at, kind, reason, error_text, waits_for, missing_key)
), marked AS (
    -- marks
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
KEEP: Final = _KEEP.replace("-- marks", _MARK)
"""Many at once, each whole: an older or equal version than what is known changes nothing."""

KEEP_UNVOUCHED: Final = _KEEP.replace("-- marks", _MARK_UNVOUCHED)
"""No key vouches for these versions: none is seen by it, and nothing newer or older waits for it.

They displace nothing that waits but their like; what lacks its key, and may be sound, comes first.
"""

IS_THERE = (
    "SELECT EXISTS (SELECT FROM replica WHERE topic LIKE $1 AND subject = $2 AND applied > 0)"
)


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
    """Keep changes for later, at most one of each subject.

    In one statement, and one more for those for whose versions no key vouches. Returns those that
    were kept, with the bytes that they add.
    """
    vouched = [each for each in unapplied if not each.obstacle.is_unvouched]
    unvouched = [each for each in unapplied if each.obstacle.is_unvouched]
    return await _park(KEEP, vouched, tx) | await _park(KEEP_UNVOUCHED, unvouched, tx)


async def _park(sql: str, unapplied: Sequence[Unapplied], tx: Transaction) -> dict[Key, int]:
    now = datetime.now(UTC)
    rows = [
        (
            *each.item.key,
            each.item.envelope.sequence,
            each.headers,
            each.value,
            each.is_new,
            await _first_try(each.obstacle, now, tx),
            *columns_of(each.obstacle),
        )
        for each in unapplied
    ]
    kept = await tx.fetch(sql, *map(list, zip(*rows, strict=True))) if rows else ()
    return {(row["topic"], row["subject"]): row["bytes"] for row in kept}


async def _first_try(obstacle: Obstacle, now: datetime, tx: Transaction) -> datetime:
    if obstacle.kind is ObstacleKind.EXCESS:
        return NEVER
    if obstacle.kind is ObstacleKind.SET_ASIDE:
        return now
    return now if await _arrived(obstacle, tx) else now + FIRST_DELAY


def columns_of(obstacle: Obstacle) -> tuple[str | None, ...]:
    """An obstacle as the last five parameters of statements that write `parked`."""
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
