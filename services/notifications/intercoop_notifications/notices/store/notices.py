"""Notices, and how many each person was given."""

from datetime import datetime
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_notifications.notices.domain.notice import Notice, NoticeKind, Source
from intercoop_notifications.notices.store import facts

COLUMNS: Final = "id, person_id, place, kind, facts, created_at, read_at"
GIVE: Final = """
INSERT INTO recipients (person_id, given) VALUES ($1, 1)
ON CONFLICT (person_id) DO UPDATE SET given = recipients.given + 1
RETURNING given, pg_notify('notices', person_id::text)
"""
IS_TOLD: Final = """
SELECT EXISTS (
    SELECT FROM notices WHERE stream = $1 AND subject = $2 AND version = $3 AND person_id = $4
)
"""
INSERT: Final = """
INSERT INTO notices (id, person_id, place, stream, subject, version, kind, topic, facts,
                     created_at, mail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11)
"""
GET: Final = f"SELECT {COLUMNS} FROM notices WHERE id = $1"  # noqa: S608  columns are constants
LIST: Final = f"""
SELECT {COLUMNS} FROM notices
WHERE person_id = $1 AND (read_at IS NULL OR NOT $2) AND ($3::bigint IS NULL OR place < $3)
ORDER BY place DESC LIMIT $4
"""  # noqa: S608
AFTER: Final = f"""
SELECT {COLUMNS} FROM notices WHERE person_id = $1 AND place > $2 ORDER BY place LIMIT $3
"""  # noqa: S608
UNREAD: Final = """
SELECT count(*) FROM (
    SELECT FROM notices WHERE person_id = $1 AND read_at IS NULL LIMIT $2
) AS counted
"""
MARK_READ: Final = f"""
UPDATE notices SET read_at = coalesce(read_at, $3) WHERE id = $1 AND person_id = $2
RETURNING {COLUMNS}, pg_notify('notices', person_id::text)
"""  # noqa: S608
MARK_ALL_READ: Final = """
UPDATE notices SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL
RETURNING pg_notify('notices', person_id::text)
"""
MARK_UNREAD: Final = f"""
UPDATE notices SET read_at = NULL WHERE id = $1 AND person_id = $2
RETURNING {COLUMNS}, pg_notify('notices', person_id::text)
"""  # noqa: S608
TAKE_BACK: Final = """
UPDATE notices SET read_at = NULL WHERE person_id = $1 AND read_at = $2
RETURNING pg_notify('notices', person_id::text)
"""
GIVEN: Final = "SELECT given FROM recipients WHERE person_id = $1"
NOTE_MAIL: Final = "UPDATE notices SET mail = $2 WHERE id = $1"
UNMAILED: Final = "SELECT id FROM notices WHERE person_id = $1 AND mail = 'pending' LIMIT $2"
CHANNEL: Final = "notices"
"""NOTIFY of a person's id at each commit that changes what they have, or have read."""

UNREAD_COUNTED: Final = 1000
UNMAILED_AT_ONCE: Final = 500
PURGE: Final = """
DELETE FROM notices WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM notices WHERE mail <> 'pending' AND created_at < $1
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
))
"""
ERASE_NOTICES: Final = "DELETE FROM notices WHERE person_id = $1"
ERASE_RECIPIENT: Final = "DELETE FROM recipients WHERE person_id = $1"


class NoticePosition(NamedTuple):
    """Where a notice stands in its person's list, the newest first."""

    position: Annotated[int, Field(ge=0, lt=2**63)]


async def is_told(person_id: UUID, source: Source, tx: Transaction) -> bool:
    """Whether a person was told of a change already."""
    key = (source.stream, source.subject, source.version)
    return bool(await tx.fetchval(IS_TOLD, *key, person_id))


async def give(person_id: UUID, tx: Transaction) -> int:
    """Take the person's next position and hold it until the commit."""
    position: int = await tx.fetchval(GIVE, person_id)
    return position


async def insert(notice: Notice, source: Source, mail: str, tx: Transaction) -> None:
    """Keep a new one. Take its position before."""
    await tx.execute(
        INSERT,
        notice.id,
        notice.person_id,
        notice.position,
        source.stream,
        source.subject,
        source.version,
        notice.kind,
        notice.kind.topic,
        facts.written(notice.facts),
        notice.created_at,
        mail,
    )


async def get(notice_id: UUID, tx: Transaction) -> Notice | None:
    row = await tx.fetchrow(GET, notice_id)
    return _notice(row) if row else None


async def list_notices(
    person_id: UUID,
    after: NoticePosition | None,
    fetch: int,
    tx: Transaction,
    *,
    unread_only: bool,
) -> list[Notice]:
    """The newest first."""
    rows = await tx.fetch(LIST, person_id, unread_only, after.position if after else None, fetch)
    return [_notice(row) for row in rows]


async def after(person_id: UUID, position: int, fetch: int, tx: Transaction) -> list[Notice]:
    """Those that came after a position, in their order."""
    return [_notice(row) for row in await tx.fetch(AFTER, person_id, position, fetch)]


async def count_unread(person_id: UUID, tx: Transaction) -> int:
    """How many a person has not read; counted up to a thousand."""
    return int(await tx.fetchval(UNREAD, person_id, UNREAD_COUNTED))


async def mark_read(
    notice_id: UUID, person_id: UUID, now: datetime, tx: Transaction
) -> Notice | None:
    """The notice, read now or before; None when this person has none of this id."""
    row = await tx.fetchrow(MARK_READ, notice_id, person_id, now)
    return _notice(row) if row else None


async def mark_all_read(person_id: UUID, now: datetime, tx: Transaction) -> int:
    """How many were unread."""
    tag = await tx.execute(MARK_ALL_READ, person_id, now)
    return affected_rows(tag)


async def mark_unread(notice_id: UUID, person_id: UUID, tx: Transaction) -> Notice | None:
    """The notice, unread now; None when this person has none of this id."""
    row = await tx.fetchrow(MARK_UNREAD, notice_id, person_id)
    return _notice(row) if row else None


async def take_back(person_id: UUID, read_at: datetime, tx: Transaction) -> int:
    """Take back that those were read which a person marked at this moment; returns how many."""
    return affected_rows(await tx.execute(TAKE_BACK, person_id, read_at))


async def given(person_id: UUID, tx: Transaction) -> int:
    """The last position that a person was ever given, 0 for none."""
    return int(await tx.fetchval(GIVEN, person_id) or 0)


async def note_mail(notice_id: UUID, state: str, tx: Transaction) -> None:
    await tx.execute(NOTE_MAIL, notice_id, state)


async def unmailed(person_id: UUID, tx: Transaction) -> list[UUID]:
    """Those of a person whose mails have not left yet, a few hundred at most."""
    return [row["id"] for row in await tx.fetch(UNMAILED, person_id, UNMAILED_AT_ONCE)]


async def purge(before: datetime, limit: int, tx: Transaction) -> int:
    """Delete what was given before a moment, `limit` at most; returns how many.

    One whose mail may still leave stays: the mail is made from it.
    """
    tag = await tx.execute(PURGE, before, limit)
    return affected_rows(tag)


async def erase(person_id: UUID, tx: Transaction) -> None:
    """Lock the person first: a notice that is given meanwhile is committed, then erased."""
    await tx.execute(ERASE_RECIPIENT, person_id)
    await tx.execute(ERASE_NOTICES, person_id)


def _notice(row: Row) -> Notice:
    kind = NoticeKind(row["kind"])
    return Notice(
        row["id"],
        row["person_id"],
        row["place"],
        kind,
        facts.read(kind, row["facts"]),
        row["created_at"],
        row["read_at"],
    )
