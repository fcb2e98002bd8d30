"""Answers kept by the caller's key, so that a repeated request has no second effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic_core import from_json, to_json

from intercoop_chassis.errors import IntercoopError
from intercoop_chassis.postgres import Transaction, affected_rows

KEPT_FOR: Final = timedelta(days=7)

CLAIM = """
INSERT INTO idempotency (caller, key, fingerprint) VALUES ($1, $2, $3)
ON CONFLICT (caller, key) DO NOTHING
RETURNING true
"""
READ = """
SELECT fingerprint, status, headers, body FROM idempotency WHERE caller = $1 AND key = $2
"""
KEEP = """
UPDATE idempotency SET status = $3, headers = $4::text::jsonb, body = $5
WHERE caller = $1 AND key = $2
"""
RELEASE = "DELETE FROM idempotency WHERE caller = $1 AND key = $2"
PURGE = """
DELETE FROM idempotency WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency WHERE created_at < $1
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""
"""The array is made once; a plan may scan `IN (SELECT …)` again for each row."""

FORGET = """
DELETE FROM idempotency USING unnest($1::text[]) AS erased (text)
WHERE strpos(caller, erased.text) > 0 OR strpos(headers::text, erased.text) > 0
    OR position(convert_to(erased.text, 'UTF8') IN body) > 0
"""


class KeyReusedError(IntercoopError):
    """The key was used for another request."""

    code = "idempotency-key-reused"
    status = 422


@dataclass(frozen=True, slots=True)
class KeyOfCaller:
    """Who sent which key, and the digest of what they sent with it."""

    caller: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was first given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def claim(tx: Transaction, sent: KeyOfCaller) -> KeptAnswer | None:
    """Take the key for this transaction; or give the answer kept under it.

    Waits while another transaction holds the key: for its answer when that commits, else for the
    key. Raises `KeyReusedError` when the key came with another request.
    """
    if await tx.fetchval(CLAIM, sent.caller, sent.key, sent.fingerprint):
        return None
    row = await tx.fetchrow(READ, sent.caller, sent.key)
    if row is None:  # purged between the two statements
        return await claim(tx, sent)
    if row["fingerprint"] != sent.fingerprint:
        raise KeyReusedError(
            "This Idempotency-Key came with another request before: use a new key for a new request"
        )
    return KeptAnswer(row["status"], from_json(row["headers"]), row["body"])


async def keep(tx: Transaction, sent: KeyOfCaller, answer: KeptAnswer) -> None:
    """Keep the answer under the key that this transaction has claimed."""
    headers = to_json(dict(answer.headers)).decode()
    await tx.execute(KEEP, sent.caller, sent.key, answer.status, headers, answer.body)


async def release(tx: Transaction, sent: KeyOfCaller) -> None:
    """Give back the key that this transaction has claimed: nothing came of the request."""
    await tx.execute(RELEASE, sent.caller, sent.key)


async def forget(tx: Transaction, texts: Sequence[str]) -> None:
    """Forget answers that have one of these texts in them, as the id or name of who is erased.

    Those that were given to somebody are found by their id. Looks through all that are kept.
    """
    await tx.execute(FORGET, list(texts))


async def purge(tx: Transaction, now: datetime, limit: int) -> int:
    """Forget answers older than seven days, `limit` at most; returns how many."""
    tag = await tx.execute(PURGE, now - KEPT_FOR, limit)
    return affected_rows(tag)
