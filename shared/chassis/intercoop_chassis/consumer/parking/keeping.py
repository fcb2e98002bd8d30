"""Keeping what cannot be applied: a row of `parked` for each subject, and its mark in `replica`."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from intercoop_chassis.consumer.limits.usage import SUBJECT_BYTES
from intercoop_chassis.consumer.parking.dead_letters import packed_headers
from intercoop_chassis.errors import waits_for
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.streams import Key

FIRST_DELAY: Final = timedelta(minutes=1)
_LASTING_DELAY: Final = timedelta(hours=2)
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

ARE_THERE = """
SELECT subject FROM replica WHERE topic LIKE $1 AND subject = ANY ($2::text[]) AND applied > 0
"""


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
    arrived = await _arrived([each.obstacle.waits_for for each in unapplied], tx)
    rows = [
        (
            *each.item.key,
            each.item.envelope.sequence,
            each.headers,
            each.value,
            each.is_new,
            _first_try(each.obstacle, now, arrived),
            *columns_of(each.obstacle),
        )
        for each in unapplied
    ]
    kept = await tx.fetch(sql, *map(list, zip(*rows, strict=True))) if rows else ()
    return {(row["topic"], row["subject"]): row["bytes"] for row in kept}


def _first_try(obstacle: Obstacle, now: datetime, arrived: Collection[str]) -> datetime:
    if obstacle.kind is ObstacleKind.EXCESS:
        return NEVER
    if obstacle.kind is ObstacleKind.SET_ASIDE or obstacle.waits_for in arrived:
        return now
    return now + (lasting_delay() if obstacle.is_lasting else FIRST_DELAY)


def lasting_delay() -> timedelta:
    """Before what no time heals is tried again; spread, so that many are not due together."""
    return _LASTING_DELAY * random.uniform(1.0, 1.5)  # noqa: S311  jitter


def columns_of(obstacle: Obstacle) -> tuple[str | None, ...]:
    """An obstacle as the last five parameters of statements that write `parked`."""
    return (
        obstacle.kind.value,
        obstacle.reason,
        obstacle.error_text,
        obstacle.waits_for,
        obstacle.missing_key,
    )


async def _arrived(awaited: Iterable[str | None], tx: Transaction) -> set[str]:
    """What of it has come while the changes that wait for it were being refused."""
    subjects: dict[str, set[str]] = {}
    for stream_id, _, subject in (each.partition("/") for each in awaited if each):
        subjects.setdefault(stream_id, set()).add(subject)
    arrived: set[str] = set()
    for stream_id, wanted in subjects.items():
        audience, name = stream_id.split(".", 1)
        rows = await tx.fetch(ARE_THERE, f"{audience}.%.{name}", list(wanted))
        arrived.update(waits_for(stream_id, row["subject"]) for row in rows)
    return arrived
