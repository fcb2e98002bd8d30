"""News for the holders of a mandate that nobody held; each who comes in time is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_contracts.directory import Role
from intercoop_notifications.notices.domain.notice import AdviceFacts, NoticeKind, Source
from intercoop_notifications.notices.store import facts

COLUMNS: Final = """
id, stream, subject, version, kind, organisation_id, roles, facts, created_at, deadline
"""
GATE: Final = "SELECT pg_advisory_xact_lock(hashtext('notifications.undelivered'))"
KEEP: Final = f"""
INSERT INTO undelivered ({COLUMNS}, caused_by)
SELECT $1, $2, $3, $4, $5, $6, $7::text[], $8::text::jsonb, $9, $10, $11
WHERE $12::int IS NULL OR $12 > (
    SELECT count(*) FROM (
        SELECT FROM undelivered AS others
        WHERE organisation_id = $6 AND caused_by = $11 AND NOT EXISTS (
            SELECT FROM undelivered_told AS told
            WHERE told.stream = others.stream AND told.subject = others.subject
        )
        LIMIT $12
    ) AS counted
)
ON CONFLICT (stream, subject) DO UPDATE SET
    id = EXCLUDED.id, version = EXCLUDED.version, kind = EXCLUDED.kind, roles = EXCLUDED.roles,
    facts = EXCLUDED.facts, created_at = EXCLUDED.created_at, deadline = EXCLUDED.deadline,
    caused_by = EXCLUDED.caused_by
"""  # noqa: S608  columns are constants
REMOVE: Final = "DELETE FROM undelivered WHERE stream = $1 AND subject = $2"
REMOVE_LATE: Final = """
DELETE FROM undelivered WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM undelivered WHERE deadline <= $1 ORDER BY deadline LIMIT $2
))
"""
DELIVERABLE: Final = f"""
SELECT {COLUMNS} FROM undelivered AS news WHERE (stream, subject) IN (
    SELECT DISTINCT waiting.stream, waiting.subject
    FROM (
        SELECT organisation_id, person_id, array_agg(DISTINCT role) AS roles FROM mandates
        WHERE ($1::uuid[] IS NULL OR organisation_id = ANY ($1))
            AND since <= $2 AND (until IS NULL OR until > $2)
        GROUP BY organisation_id, person_id
    ) AS held
    JOIN undelivered AS waiting
        ON waiting.organisation_id = held.organisation_id AND held.roles && waiting.roles
    WHERE waiting.deadline > $3 AND NOT EXISTS (
        SELECT FROM undelivered_told AS told
        WHERE told.stream = waiting.stream AND told.subject = waiting.subject
            AND told.person_id = held.person_id
    )
    LIMIT $4
)
ORDER BY id
"""  # noqa: S608
"""From the mandates to the news: what nobody can be told is not looked at, nor what all were."""

GET: Final = f"SELECT {COLUMNS} FROM undelivered WHERE stream = $1 AND subject = $2"  # noqa: S608
NOTE_TOLD: Final = """
INSERT INTO undelivered_told (stream, subject, person_id)
SELECT $1, $2, person_id FROM unnest($3::uuid[]) AS told (person_id)
ON CONFLICT DO NOTHING
"""
WERE_TOLD: Final = """
SELECT person_id FROM undelivered_told WHERE stream = $1 AND subject = $2
"""
ERASE: Final = "DELETE FROM undelivered_told WHERE person_id = $1"
LIST: Final = f"""
SELECT {COLUMNS} FROM undelivered AS news
WHERE deadline > $1 AND ($2::uuid IS NULL OR id < $2) AND NOT EXISTS (
    SELECT FROM undelivered_told AS told
    WHERE told.stream = news.stream AND told.subject = news.subject
)
ORDER BY id DESC LIMIT $3
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Undelivered:
    """News that waits for somebody who holds one of these mandates in the organisation."""

    id: UUID
    source: Source
    kind: NoticeKind
    organisation_id: UUID
    roles: tuple[Role, ...]
    facts: AdviceFacts
    created_at: datetime
    deadline: datetime


class UndeliveredPosition(NamedTuple):
    """Where news stands in the list of what waits, the newest first."""

    id: UUID


async def pass_gate(tx: Transaction) -> None:
    """Hold an advisory lock until the commit, so that such transactions take turns.

    One adds a mandate and tells what waits for it; another finds no holder and lets its news wait.
    Side by side each would miss the other's uncommitted row (write skew).
    """
    await tx.execute(GATE)


async def keep(waiting: Undelivered, at_most: int | None, tx: Transaction) -> bool:
    """Let it wait, in the place of older news of the same subject. Pass the gate before.

    False when `at_most` wait already for this co-operative because of the same owner.
    """
    tag = await tx.execute(
        KEEP,
        waiting.id,
        waiting.source.stream,
        waiting.source.subject,
        waiting.source.version,
        waiting.kind,
        waiting.organisation_id,
        list(waiting.roles),
        facts.written(waiting.facts),
        waiting.created_at,
        waiting.deadline,
        waiting.facts.caused_by,
        at_most,
    )
    return not tag.endswith(" 0")


async def remove(stream: str, subject: str, tx: Transaction) -> None:
    await tx.execute(REMOVE, stream, subject)


async def get(stream: str, subject: str, tx: Transaction) -> Undelivered | None:
    """The news of a subject that waits, or that is kept for those who come later."""
    row = await tx.fetchrow(GET, stream, subject)
    return _undelivered(row) if row else None


async def note_told(waiting: Undelivered, persons: Collection[UUID], tx: Transaction) -> None:
    """These people need not be told of it again. Pass the gate before."""
    await tx.execute(NOTE_TOLD, waiting.source.stream, waiting.source.subject, list(persons))


async def were_told(waiting: Undelivered, tx: Transaction) -> set[UUID]:
    """Who need not be told of it again."""
    rows = await tx.fetch(WERE_TOLD, waiting.source.stream, waiting.source.subject)
    return {row["person_id"] for row in rows}


async def erase(person_id: UUID, tx: Transaction) -> None:
    """Forget that a person was told."""
    await tx.execute(ERASE, person_id)


async def remove_late(now: datetime, limit: int, tx: Transaction) -> int:
    """Give up what has waited long enough, `limit` at most; returns how many."""
    tag = await tx.execute(REMOVE_LATE, now, limit)
    return affected_rows(tag)


async def deliverable(
    organisations: Collection[UUID] | None, now: datetime, at_most: int, tx: Transaction
) -> list[Undelivered]:
    """What can be told to somebody by now, the oldest first; of these organisations, or of any.

    Pass the gate before.
    """
    today = day_in_france(now)
    wanted = None if organisations is None else list(organisations)
    return [_undelivered(row) for row in await tx.fetch(DELIVERABLE, wanted, today, now, at_most)]


async def list_undelivered(
    now: datetime, after: UndeliveredPosition | None, fetch: int, tx: Transaction
) -> list[Undelivered]:
    """What nobody was told yet, the newest first."""
    rows = await tx.fetch(LIST, now, after.id if after else None, fetch)
    return [_undelivered(row) for row in rows]


def _undelivered(row: Row) -> Undelivered:
    return Undelivered(
        row["id"],
        Source(row["stream"], row["subject"], row["version"]),
        NoticeKind(row["kind"]),
        row["organisation_id"],
        tuple(map(Role, row["roles"])),
        facts.read_advice(row["facts"]),
        row["created_at"],
        row["deadline"],
    )
