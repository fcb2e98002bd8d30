"""The rows of what leaves a service."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic_core import from_json, to_json

from intercoop_chassis.jobs.registry import Item, Outcome
from intercoop_chassis.jobs.timer_registry import Payload
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.transaction import Record
from intercoop_chassis.tracing import current_correlation, current_traceparent

ENQUEUED: Final = "outgoing"
"""The signal of a transaction that enqueued something."""

ERROR_CHARACTERS: Final = 500

# The database's clock alone decides: whose lease has ended, what is due and what is late.
ENQUEUE: Final = """
INSERT INTO outgoing (key, kind, payload, deadline, traceparent, correlation_id)
VALUES ($1, $2, $3::text::jsonb, $4, $5, $6)
ON CONFLICT (key) DO NOTHING
"""
CLAIM: Final = """
UPDATE outgoing SET
    attempts = attempts + (deadline > now())::int,
    leased_until = now() + $3::interval, next_try_at = now() + $3::interval
WHERE key = ANY (ARRAY(
    SELECT key FROM outgoing
    WHERE state = 'pending' AND next_try_at <= now() AND coalesce(leased_until <= now(), true)
        AND (kind = ANY ($1::text[]) OR deadline <= now())
    ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
RETURNING key, kind, payload, deadline, attempts, traceparent, correlation_id,
    deadline <= now() AS is_late
"""
FINISH: Final = """
UPDATE outgoing SET state = $2, last_error = $3, leased_until = NULL, finished_at = now()
WHERE key = $1 AND state = 'pending'
RETURNING true
"""
POSTPONE: Final = """
UPDATE outgoing SET
    next_try_at = CASE WHEN next_try_at = leased_until THEN least(now() + $3::interval, deadline)
                       ELSE next_try_at END,
    leased_until = NULL, last_error = $4
WHERE key = $1 AND attempts = $2 AND state = 'pending'
"""
"""Who made it due while it was tried is not overruled: until then it was due with its lease."""
RETRY: Final = """
UPDATE outgoing SET state = 'pending', next_try_at = now(), finished_at = NULL
WHERE key = $1 AND state IN ('pending', 'failed') AND deadline > now()
RETURNING true
"""
WAKE: Final = """
UPDATE outgoing SET next_try_at = now() WHERE key = ANY ($1::text[]) AND state = 'pending'
"""
PURGE: Final = "DELETE FROM outgoing WHERE finished_at < now() - $1::interval"
AGE: Final = """
SELECT coalesce(extract(epoch FROM now() - min(not_before)), 0)::float8
FROM outgoing WHERE state = 'pending'
"""
COLUMNS: Final = """
key, kind, payload, state, attempts, last_error, not_before, deadline, next_try_at, finished_at
"""
GET: Final = f"SELECT {COLUMNS} FROM outgoing WHERE key = $1"  # noqa: S608  columns are constants
LIST: Final = f"""
SELECT {COLUMNS} FROM outgoing
WHERE kind = $1 AND ($2::text IS NULL OR state = $2)
    AND ($3::timestamptz IS NULL OR (not_before, key) < ($3, $4::text))
ORDER BY not_before DESC, key DESC LIMIT $5
"""  # noqa: S608


class State(StrEnum):
    """Where an item is: on its way, or how it ended."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as people see it: what leaves or has left, how often it was tried, what hinders it."""

    key: str
    kind: str
    payload: Payload
    state: State
    attempts: int
    last_error: str | None
    not_before: datetime
    deadline: datetime
    next_try_at: datetime
    finished_at: datetime | None


class EntryPosition(NamedTuple):
    """Where an entry stands in the list, the newest first."""

    not_before: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that this process holds for a while, and the trace of its cause."""

    item: Item
    is_late: bool
    traceparent: str | None
    correlation: str | None


async def enqueue(
    tx: Transaction, key: str, kind: str, payload: Payload, deadline: datetime
) -> None:
    """Have something delivered after this transaction's commit, and not after `deadline` (aware).

        await jobs.enqueue(tx, f"mail:{notice}", "mail", {"notice": notice}, deadline=starts)

    The same key again changes nothing, until 30 days after it was finished.
    """
    text = to_json(dict(payload)).decode()
    trace, correlation = current_traceparent(), current_correlation()
    await tx.execute(ENQUEUE, key, kind, text, deadline, trace, correlation)
    tx.signal(ENQUEUED)


async def retry(tx: Transaction, key: str) -> bool:
    """Try one again now that waits or failed; False when it is done, too late or not there."""
    tx.signal(ENQUEUED)
    return bool(await tx.fetchval(RETRY, key))


async def wake(tx: Transaction, keys: Collection[str]) -> None:
    """What these wait for may be there now: try those that are pending."""
    await tx.execute(WAKE, list(keys))
    tx.signal(ENQUEUED)


async def get_entry(key: str, tx: Transaction) -> Entry | None:
    row = await tx.fetchrow(GET, key)
    return _entry(row) if row else None


async def list_entries(
    kind: str, state: State | None, after: EntryPosition | None, fetch: int, tx: Transaction
) -> list[Entry]:
    """Those of a kind, in this state or in any, the newest first."""
    rows = await tx.fetch(LIST, kind, state, *(after or (None, None)), fetch)
    return [_entry(row) for row in rows]


async def claim(
    kinds: Collection[str], count: int, lease: timedelta, tx: Transaction
) -> list[Claimed]:
    """Take up to `count` that are due, so that no other process does while the lease lasts.

    What has come to its deadline is taken whatever its kind.
    """
    rows = await tx.fetch(CLAIM, list(kinds), count, lease)
    return [_claimed(row) for row in rows]


async def finish(key: str, outcome: Outcome, reason: str | None, tx: Transaction) -> bool:
    """Note how one ended; False when that is noted already."""
    return bool(await tx.fetchval(FINISH, key, outcome, _brief(reason)))


async def postpone(item: Item, delay: timedelta, reason: str, tx: Transaction) -> None:
    """Have it tried again after `delay`, at its deadline at the latest, unless it is elsewhere."""
    await tx.execute(POSTPONE, item.key, item.attempt, delay, _brief(reason))


async def purge(kept_for: timedelta, tx: Transaction) -> int:
    """Forget what was finished longer ago than this; returns how many."""
    tag = await tx.execute(PURGE, kept_for)
    return int(tag.rpartition(" ")[2])


async def oldest_age_s(tx: Transaction) -> float:
    """For how many seconds the oldest pending one has waited."""
    return float(await tx.fetchval(AGE))


def _brief(reason: str | None) -> str | None:
    return reason[:ERROR_CHARACTERS].replace("\0", "") if reason else None


def _claimed(row: Record) -> Claimed:
    payload: dict[str, Any] = from_json(row["payload"])  # Any: JSON
    item = Item(row["key"], row["kind"], payload, row["deadline"], row["attempts"])
    return Claimed(item, row["is_late"], row["traceparent"], row["correlation_id"])


def _entry(row: Record) -> Entry:
    known = dict(row) | {"payload": from_json(row["payload"]), "state": State(row["state"])}
    return Entry(**known)
