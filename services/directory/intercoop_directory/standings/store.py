"""The instance's own organisation, people's sessions, and the addresses that they verified."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_directory.standings.domain.sessions import (
    OVER_AFTER,
    TOLD_FOR,
    Session,
    Sessions,
    SignInWay,
)

OWN_ORGANISATION: Final = "SELECT organisation_id FROM own_organisation"
LOCK_OWN_ORGANISATION: Final = "LOCK TABLE own_organisation IN SHARE ROW EXCLUSIVE MODE"
SET_OWN_ORGANISATION: Final = "INSERT INTO own_organisation (organisation_id) VALUES ($1)"

LOCK_ACCOUNT: Final = """
INSERT INTO accounts (person_id) VALUES ($1)
ON CONFLICT (person_id) DO UPDATE SET person_id = EXCLUDED.person_id
RETURNING sessions_from
"""
SESSIONS: Final = """
SELECT id, opened_at, way, device, ended_at FROM sessions WHERE person_id = $1 ORDER BY id
"""
SET_SESSIONS_FROM: Final = "UPDATE accounts SET sessions_from = $2 WHERE person_id = $1"
ADD_SESSION: Final = """
INSERT INTO sessions (id, person_id, opened_at, way, device) VALUES ($1, $2, $3, $4, $5)
"""
END_SESSIONS: Final = """
UPDATE sessions SET ended_at = new.ended_at
FROM unnest($2::uuid[], $3::timestamptz[]) AS new (id, ended_at)
WHERE sessions.person_id = $1 AND sessions.id = new.id AND sessions.ended_at IS NULL
"""
PURGE: Final = """
DELETE FROM sessions WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sessions WHERE ended_at <= $1 OR opened_at <= $2 LIMIT $3
    FOR UPDATE SKIP LOCKED
))
"""
SESSIONS_FROM: Final = "SELECT sessions_from FROM accounts WHERE person_id = $1"


ADDRESSES: Final = "SELECT address FROM verified_addresses WHERE person_id = $1"
VERIFY: Final = """
INSERT INTO verified_addresses (person_id, address) VALUES ($1, lower($2)) ON CONFLICT DO NOTHING
"""
FORGET_ADDRESSES: Final = """
DELETE FROM verified_addresses WHERE person_id = $1 AND address <> ALL ($2::text[])
"""


async def own_organisation(tx: Transaction) -> UUID | None:
    """The organisation that is this instance itself; None before its first start."""
    found: UUID | None = await tx.fetchval(OWN_ORGANISATION)
    return found


async def lock_own_organisation(tx: Transaction) -> UUID | None:
    """The same, and nobody else sets it before the transaction ends."""
    await tx.execute(LOCK_OWN_ORGANISATION)
    return await own_organisation(tx)


async def set_own_organisation(organisation_id: UUID, tx: Transaction) -> None:
    await tx.execute(SET_OWN_ORGANISATION, organisation_id)


async def lock_sessions(person_id: UUID, tx: Transaction) -> Sessions:
    """A person's sessions, held still: nobody opens or ends one meanwhile. Makes their account."""
    since = await tx.fetchval(LOCK_ACCOUNT, person_id)
    return Sessions(await _listed(person_id, tx), since)


async def get_sessions(person_id: UUID, tx: Transaction) -> Sessions:
    """A person's sessions, those that ended too, the oldest first."""
    since = await tx.fetchval(SESSIONS_FROM, person_id)
    return Sessions(await _listed(person_id, tx), since)


async def save_sessions(
    person_id: UUID, before: Sessions, after: Sessions, tx: Transaction
) -> None:
    """Write what is new and what has ended. Lock them before."""
    known = {session.id for session in before.listed}
    for session in after.listed:
        if session.id not in known:
            await tx.execute(ADD_SESSION, session.id, person_id, *_columns(session))
    ended = [session for session in after.listed if session.ended_at is not None]
    if ended:
        await tx.execute(END_SESSIONS, person_id, *_ends(ended))
    if after.since != before.since:
        await tx.execute(SET_SESSIONS_FROM, person_id, after.since)


async def purge(limit: int, tx: Transaction) -> int:
    """Delete those whose end need not be told any more, `limit` at most; returns how many."""
    now = tx.now
    return affected_rows(await tx.execute(PURGE, now - TOLD_FOR, now - OVER_AFTER, limit))


async def verified_addresses(person_id: UUID, tx: Transaction) -> frozenset[str]:
    """In lower case."""
    rows = await tx.fetch(ADDRESSES, person_id)
    return frozenset(row["address"] for row in rows)


async def add_verified(person_id: UUID, address: str, tx: Transaction) -> None:
    """An address in lower case, of somebody who has an account."""
    await tx.execute(VERIFY, person_id, address)


async def keep_verified(person_id: UUID, addresses: Collection[str], tx: Transaction) -> None:
    """Forget all but these."""
    await tx.execute(FORGET_ADDRESSES, person_id, list(addresses))


async def _listed(person_id: UUID, tx: Transaction) -> tuple[Session, ...]:
    return tuple(_session(row) for row in await tx.fetch(SESSIONS, person_id))


def _columns(session: Session) -> tuple[object, str, str]:
    return (session.opened_at, session.way, session.device)


def _ends(ended: Sequence[Session]) -> tuple[list[UUID], list[object]]:
    return [session.id for session in ended], [session.ended_at for session in ended]


def _session(row: Row) -> Session:
    return Session(
        row["id"], row["opened_at"], SignInWay(row["way"]), row["device"], row["ended_at"]
    )
