"""Sign-ins by mail that were asked for, until a day after."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_directory.accounts.domain.mail_link import COUNTED_FOR, Grant, SignIn, Usage

KEPT_FOR: Final = timedelta(days=1)

ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('directory/sign-ins', 0))"
USAGE: Final = """
SELECT count(*) FILTER (WHERE address = $2) AS address,
    count(*) FILTER (WHERE asker = $3) AS asker, count(*) AS instance
FROM sign_ins WHERE asked_at > $1
"""
_COLUMNS: Final = "id, browser, address, asker, asked_at, person_id, grants, codes, tries_left"
INSERT: Final = """
INSERT INTO sign_ins (id, browser, address, asker, asked_at, person_id, grants, codes, tries_left,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
LOCK: Final = f"SELECT {_COLUMNS}, is_over FROM sign_ins WHERE id = $1 FOR UPDATE"  # noqa: S608
LOCK_OF_BROWSER: Final = f"""
SELECT {_COLUMNS}, is_over FROM sign_ins
WHERE browser = $1 AND NOT is_over AND expires_at > $2 ORDER BY id FOR UPDATE
"""  # noqa: S608  columns are constants
IS_WAITING: Final = """
SELECT EXISTS (
    SELECT FROM sign_ins
    WHERE browser = $1 AND NOT is_over AND expires_at > $2 AND tries_left > 0
)
"""
UPDATE: Final = "UPDATE sign_ins SET codes = $2, tries_left = $3, is_over = $4 WHERE id = $1"
PURGE: Final = """
DELETE FROM sign_ins WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM sign_ins WHERE asked_at < $1 ORDER BY asked_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""


async def count_usage(address: bytes, asker: bytes, tx: Transaction) -> Usage:
    """How often was asked; nobody else asks before the transaction ends."""
    await tx.execute(ONE_AT_A_TIME)
    row = await tx.fetchrow(USAGE, tx.now - COUNTED_FOR, address, asker)
    assert row is not None  # noqa: S101  an aggregate has a row
    return Usage(row["address"], row["asker"], row["instance"])


async def insert(sign_in: SignIn, tx: Transaction) -> None:
    await tx.execute(
        INSERT,
        sign_in.id,
        sign_in.browser,
        sign_in.address,
        sign_in.asker,
        sign_in.asked_at,
        sign_in.person_id,
        sign_in.grants,
        list(sign_in.codes),
        sign_in.tries_left,
        sign_in.expires_at,
    )


async def lock(sign_in_id: UUID, tx: Transaction) -> SignIn | None:
    row = await tx.fetchrow(LOCK, sign_in_id)
    return _sign_in(row) if row else None


async def lock_of_browser(browser: bytes, now: datetime, tx: Transaction) -> list[SignIn]:
    """Those that a browser asked for and that may still be used, held still."""
    return [_sign_in(row) for row in await tx.fetch(LOCK_OF_BROWSER, browser, now)]


async def is_waiting(browser: bytes, now: datetime, tx: Transaction) -> bool:
    """Whether a browser asked for a code that may still be typed."""
    return bool(await tx.fetchval(IS_WAITING, browser, now))


async def update(sign_in: SignIn, tx: Transaction) -> None:
    """Lock it before."""
    await tx.execute(UPDATE, sign_in.id, list(sign_in.codes), sign_in.tries_left, sign_in.is_over)


async def purge(limit: int, tx: Transaction) -> int:
    """Delete old ones, `limit` at most; returns how many."""
    return affected_rows(await tx.execute(PURGE, tx.now - KEPT_FOR, limit))


def _sign_in(row: Row) -> SignIn:
    return SignIn(
        id=row["id"],
        browser=row["browser"],
        address=row["address"],
        asker=row["asker"],
        asked_at=row["asked_at"],
        person_id=row["person_id"],
        grants=Grant(row["grants"]) if row["grants"] else None,
        codes=tuple(row["codes"]),
        tries_left=row["tries_left"],
        is_over=row["is_over"],
    )
