"""The rows of timers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json, to_json

from intercoop_chassis.jobs.timer_registry import Payload, Timer
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.tracing import current_correlation, current_traceparent

ERROR_CHARACTERS: Final = 500

SCHEDULE = """
INSERT INTO timers (key, kind, payload, due_at, next_try_at, traceparent, correlation_id)
VALUES ($1, $2, $3::text::jsonb, $4, $4, $5, $6)
ON CONFLICT (key) DO UPDATE SET
    kind = EXCLUDED.kind,
    payload = EXCLUDED.payload,
    due_at = EXCLUDED.due_at,
    next_try_at = EXCLUDED.due_at,
    traceparent = EXCLUDED.traceparent,
    correlation_id = EXCLUDED.correlation_id,
    attempts = 0,
    last_error = NULL
WHERE (timers.kind, timers.payload, timers.due_at)
    IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.payload, EXCLUDED.due_at)
"""
SCHEDULE_ABSENT = """
INSERT INTO timers (key, kind, payload, due_at, next_try_at) VALUES ($1, $1, '{}', $2, $2)
ON CONFLICT (key) DO NOTHING
"""
SCHEDULED = "SELECT key FROM timers WHERE key = ANY ($1)"
CANCEL = "DELETE FROM timers WHERE key = $1 RETURNING true"
CLAIM = """
DELETE FROM timers WHERE key = (
    SELECT key FROM timers WHERE next_try_at <= $1 AND kind = ANY($2)
    ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING key, kind, payload, due_at, attempts, traceparent, correlation_id
"""
POSTPONE = """
UPDATE timers SET attempts = attempts + 1, next_try_at = $3, last_error = $4
WHERE key = $1 AND due_at = $2
"""
NEXT = "SELECT min(next_try_at) FROM timers WHERE kind = ANY($1)"
UNHANDLED = "SELECT DISTINCT kind FROM timers WHERE kind <> ALL($1) ORDER BY kind"


async def schedule(
    tx: Transaction, key: str, kind: str, due_at: datetime, payload: Payload | None = None
) -> None:
    """Have a timer fire at `due_at` (aware), once for each `key`.

        await schedule(tx, f"reminder:{meeting}", "reminder", starts - DAY, {"meeting": meeting})

    The same again changes nothing; another moment, kind or payload changes the timer. One that has
    fired is gone: whoever might schedule its key again decides by own state whether to.
    """
    text = to_json(dict(payload or {})).decode()
    trace, correlation = current_traceparent(), current_correlation()
    await tx.execute(SCHEDULE, key, kind, text, due_at, trace, correlation)


async def schedule_absent(tx: Transaction, kind: str, due_at: datetime) -> None:
    """Have a recurring kind's only timer fire at `due_at`, unless it is scheduled already."""
    await tx.execute(SCHEDULE_ABSENT, kind, due_at)


async def absent_kinds(tx: Transaction, kinds: Collection[str]) -> list[str]:
    """Recurring kinds whose timer is not there; one that is being fired is."""
    there = {row["key"] for row in await tx.fetch(SCHEDULED, list(kinds))}
    return [kind for kind in kinds if kind not in there]


async def cancel(tx: Transaction, key: str) -> bool:
    """Remove a timer; False when there is none: never scheduled, or fired."""
    return bool(await tx.fetchval(CANCEL, key))


async def claim(
    tx: Transaction, now: datetime, kinds: Collection[str]
) -> tuple[Timer, str | None, str | None] | None:
    """Remove the timer that waits longest, unless another runner has it.

    With it come the traceparent and the correlation id of whoever scheduled it.
    """
    row = await tx.fetchrow(CLAIM, now, list(kinds))
    if row is None:
        return None
    payload: dict[str, Any] = from_json(row["payload"])  # Any: JSON
    timer = Timer(row["key"], row["kind"], payload, row["due_at"], row["attempts"])
    return timer, row["traceparent"], row["correlation_id"]


async def postpone(tx: Transaction, timer: Timer, until: datetime, error: Exception) -> None:
    """Note that a timer failed, unless it was moved meanwhile."""
    text = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS].replace("\0", "")
    await tx.execute(POSTPONE, timer.key, timer.due_at, until, text)


async def next_moment(tx: Transaction, kinds: Collection[str]) -> datetime | None:
    moment: datetime | None = await tx.fetchval(NEXT, list(kinds))
    return moment


async def unhandled_kinds(tx: Transaction, kinds: Collection[str]) -> list[str]:
    """Kinds that wait in the table and have no handler any more."""
    return [row["kind"] for row in await tx.fetch(UNHANDLED, list(kinds))]
