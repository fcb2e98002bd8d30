"""The rows of timers: each is removed in the transaction of its effect."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from pydantic_core import to_json

from intercoop_chassis.jobs.claims import CLAIMED, Claimed, brief
from intercoop_chassis.jobs.registry import Job, Payload
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.tracing import current_correlation, current_traceparent

SCHEDULE: Final = """
INSERT INTO jobs (key, kind, payload, due_at, next_try_at, traceparent, correlation_id)
SELECT new.key, $2, new.payload::jsonb, $4, $4, $5, $6
FROM unnest($1::text[], $3::text[]) AS new (key, payload)
ON CONFLICT (leaves, key) DO UPDATE SET
    kind = EXCLUDED.kind,
    payload = EXCLUDED.payload,
    due_at = EXCLUDED.due_at,
    next_try_at = EXCLUDED.due_at,
    traceparent = EXCLUDED.traceparent,
    correlation_id = EXCLUDED.correlation_id,
    attempts = 0,
    last_error = NULL
WHERE (jobs.kind, jobs.payload, jobs.due_at)
    IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.payload, EXCLUDED.due_at)
"""
SCHEDULE_RECURRING: Final = """
INSERT INTO jobs (key, kind, payload, due_at, next_try_at)
SELECT new.kind, new.kind, '{}', $2, $2 FROM unnest($1::text[]) AS new (kind)
WHERE NOT EXISTS (SELECT FROM jobs WHERE NOT leaves AND key = new.kind)
ON CONFLICT (leaves, key) DO NOTHING
"""
CANCEL: Final = "DELETE FROM jobs WHERE NOT leaves AND key = ANY ($1::text[]) RETURNING true"
CLAIM: Final = f"""
DELETE FROM jobs WHERE NOT leaves AND key = (
    SELECT key FROM jobs WHERE NOT leaves AND next_try_at <= $1 AND kind = ANY ($2)
    ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING {CLAIMED}, attempts + 1 AS attempt
"""  # noqa: S608  columns are constants
POSTPONE: Final = """
UPDATE jobs SET attempts = attempts + 1, next_try_at = $3, last_error = $4
WHERE NOT leaves AND key = $1 AND due_at = $2
"""
NEXT: Final = "SELECT min(next_try_at) FROM jobs WHERE NOT leaves AND kind = ANY ($1)"
UNHANDLED: Final = """
SELECT DISTINCT kind FROM jobs WHERE NOT leaves AND kind <> ALL ($1) ORDER BY kind
"""


async def schedule(
    tx: Transaction, key: str, kind: str, due_at: datetime, payload: Payload | None = None
) -> None:
    """Have a timer fire at `due_at` (aware), once for each `key`.

        await schedule(tx, f"reminder:{meeting}", "reminder", starts - DAY, {"meeting": meeting})

    The same again changes nothing; another moment, kind or payload changes the timer. One that has
    fired is gone: whoever might schedule its key again decides by own state whether to.
    """
    await schedule_all(tx, kind, due_at, {key: payload or {}})


async def schedule_all(
    tx: Transaction, kind: str, due_at: datetime, payloads: Mapping[str, Payload]
) -> None:
    """Have a timer fire at `due_at` for each key of `payloads`, as `schedule` does for one."""
    texts = [to_json(dict(payload)).decode() for payload in payloads.values()]
    trace, correlation = current_traceparent(), current_correlation()
    await tx.execute(SCHEDULE, list(payloads), kind, texts, due_at, trace, correlation)


async def schedule_recurring(tx: Transaction, kinds: Collection[str], due_at: datetime) -> None:
    """Have each kind's only timer fire at `due_at`, unless it is scheduled or being fired."""
    await tx.execute(SCHEDULE_RECURRING, list(kinds), due_at)


async def cancel(tx: Transaction, key: str) -> bool:
    """Remove a timer; False when there is none: never scheduled, or fired."""
    return bool(await cancel_all(tx, [key]))


async def cancel_all(tx: Transaction, keys: Collection[str]) -> int:
    """Remove timers; returns how many there were."""
    return len(await tx.fetch(CANCEL, list(keys)))


async def claim(tx: Transaction, now: datetime, kinds: Collection[str]) -> Claimed | None:
    """Delete and return the timer that is due longest, and is not locked (SKIP LOCKED)."""
    row = await tx.fetchrow(CLAIM, now, list(kinds))
    return Claimed.of(row) if row else None


async def postpone(tx: Transaction, job: Job, until: datetime, error: Exception) -> None:
    """Note that a timer failed, unless it was moved meanwhile."""
    reason = brief(f"{type(error).__name__}: {error}")
    await tx.execute(POSTPONE, job.key, job.due_at, until, reason)


async def next_moment(tx: Transaction, kinds: Collection[str]) -> datetime | None:
    moment: datetime | None = await tx.fetchval(NEXT, list(kinds))
    return moment


async def unhandled_kinds(tx: Transaction, kinds: Collection[str]) -> list[str]:
    """Kinds that wait in the table and have no handler any more."""
    return [row["kind"] for row in await tx.fetch(UNHANDLED, list(kinds))]
