"""The rows of deliveries: each is held by a lease while it is tried, and kept when it has ended."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from pydantic_core import to_json

from intercoop_chassis.jobs.claims import CLAIMED, Claimed, brief
from intercoop_chassis.jobs.registry import Job, Outcome, Payload
from intercoop_chassis.postgres import Transaction, affected_rows
from intercoop_chassis.tracing import current_correlation, current_traceparent

ENQUEUED: Final = "delivery-enqueued"
"""The signal of a transaction that made a delivery due."""

# The database's clock alone decides: whose lease has ended, what is due and what is late.
ENQUEUE: Final = """
INSERT INTO jobs (key, kind, payload, deadline, traceparent, correlation_id)
VALUES ($1, $2, $3::text::jsonb, $4, $5, $6)
ON CONFLICT (leaves, key) DO NOTHING
"""
CLAIM: Final = f"""
UPDATE jobs SET
    attempts = attempts + (deadline > now())::int,
    leased_until = now() + $3::interval, next_try_at = now() + $3::interval
WHERE leaves AND key = ANY (ARRAY(
    SELECT key FROM jobs
    WHERE leaves AND state = 'pending'
        AND next_try_at <= now()
        AND (leased_until IS NULL
             OR greatest(leased_until, pg_postmaster_start_time() + $3::interval) <= now())
        AND (kind = ANY ($1::text[]) OR deadline <= now())
    ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
RETURNING {CLAIMED}, attempts AS attempt
"""  # noqa: S608  columns are constants
RENEW: Final = """
UPDATE jobs SET
    next_try_at = CASE WHEN next_try_at = leased_until THEN now() + $3::interval
                       ELSE next_try_at END,
    leased_until = now() + $3::interval
FROM unnest($1::text[], $2::int[]) AS held (key, attempt)
WHERE leaves AND jobs.key = held.key AND attempts = held.attempt AND state = 'pending'
    AND leased_until IS NOT NULL
RETURNING jobs.key
"""
FINISH: Final = """
UPDATE jobs SET state = $2, last_error = $3, leased_until = NULL, finished_at = now()
WHERE leaves AND key = $1 AND state = 'pending'
RETURNING true
"""
POSTPONE: Final = """
UPDATE jobs SET
    next_try_at = CASE WHEN next_try_at = leased_until THEN least(now() + $3::interval, deadline)
                       ELSE next_try_at END,
    leased_until = NULL, last_error = $4
WHERE leaves AND key = $1 AND attempts = $2 AND state = 'pending'
"""
"""A claim sets `next_try_at` equal to `leased_until`. Where they differ, `retry` or `wake` made the
job due during the try, and that moment counts, not the back-off."""
RETRY: Final = """
UPDATE jobs SET state = 'pending', next_try_at = now(), finished_at = NULL
WHERE leaves AND key = $1 AND state IN ('pending', 'failed') AND deadline > now()
RETURNING true
"""
WAKE: Final = """
UPDATE jobs SET next_try_at = now() WHERE leaves AND key = ANY ($1::text[]) AND state = 'pending'
"""
PURGE: Final = """
DELETE FROM jobs WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM jobs WHERE finished_at < now() - $1::interval
    ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""


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
    """Make a pending or failed job due now; False when it is done, expired or unknown."""
    tx.signal(ENQUEUED)
    return bool(await tx.fetchval(RETRY, key))


async def wake(tx: Transaction, keys: Collection[str]) -> None:
    """Make these jobs due now where they are pending."""
    await tx.execute(WAKE, list(keys))
    tx.signal(ENQUEUED)


async def claim(
    kinds: Collection[str], count: int, lease: timedelta, tx: Transaction
) -> list[Claimed]:
    """Lease up to `count` jobs that are due: no other process takes them until the lease ends.

    PostgreSQL itself may have been away while a lease ended: whoever holds it has as much time
    again after its start to renew it. Jobs past their deadline are leased whatever their kind, to
    be noted as expired.
    """
    return [Claimed.of(row) for row in await tx.fetch(CLAIM, list(kinds), count, lease)]


async def renew(held: Collection[Job], lease: timedelta, tx: Transaction) -> set[str]:
    """Put off the end of these jobs' leases; returns the keys of those that are held still."""
    keys, attempts = [job.key for job in held], [job.attempt for job in held]
    return {row["key"] for row in await tx.fetch(RENEW, keys, attempts, lease)}


async def finish(job: Job, outcome: Outcome, reason: str | None, tx: Transaction) -> bool:
    """Note how a job ended; False when that is noted already."""
    return bool(await tx.fetchval(FINISH, job.key, outcome, brief(reason) if reason else None))


async def postpone(job: Job, delay: timedelta, reason: str, tx: Transaction) -> None:
    """Back off: due after `delay`, at the deadline at the latest, unless leased elsewhere."""
    await tx.execute(POSTPONE, job.key, job.attempt, delay, brief(reason))


async def purge(tx: Transaction, kept_for: timedelta, limit: int) -> int:
    """Delete jobs that ended longer ago than `kept_for`, `limit` at most; returns how many."""
    tag = await tx.execute(PURGE, kept_for, limit)
    return affected_rows(tag)
