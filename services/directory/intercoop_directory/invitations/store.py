"""Invitations, and the hashes of their links, until two months after."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, affected_rows
from intercoop_directory.invitations.domain import Ending, Invitation

KEPT_FOR: Final = timedelta(days=60)

_COLUMNS: Final = "id, person_id, address, invited_at, ended"
INSERT: Final = """
INSERT INTO invitations (id, person_id, address, invited_at) VALUES ($1, $2, $3, $4)
"""
LOCK: Final = f"SELECT {_COLUMNS} FROM invitations WHERE id = $1 FOR UPDATE"  # noqa: S608
OPEN: Final = f"""
SELECT {_COLUMNS} FROM invitations WHERE person_id = $1 AND ended IS NULL FOR UPDATE
"""  # noqa: S608  columns are constants
OF_SECRET: Final = f"""
SELECT {_COLUMNS} FROM invitations
WHERE id = (SELECT invitation_id FROM invitation_links WHERE secret = $1)
"""  # noqa: S608
COUNT: Final = "SELECT count(*) FROM invitations WHERE person_id = $1 AND invited_at > $2"
END: Final = "UPDATE invitations SET ended = $2 WHERE id = $1"
ADD_LINK: Final = "INSERT INTO invitation_links (secret, invitation_id) VALUES ($1, $2)"
COUNT_LINKS: Final = "SELECT count(*) FROM invitation_links WHERE invitation_id = $1"
PURGE: Final = """
DELETE FROM invitations WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM invitations WHERE invited_at < $1 ORDER BY invited_at LIMIT $2
    FOR UPDATE SKIP LOCKED
))
"""


async def insert(invitation: Invitation, tx: Transaction) -> None:
    await tx.execute(
        INSERT,
        invitation.id,
        invitation.person_id,
        invitation.address,
        invitation.invited_at,
    )


async def lock(invitation_id: UUID, tx: Transaction) -> Invitation | None:
    row = await tx.fetchrow(LOCK, invitation_id)
    return _invitation(row) if row else None


async def lock_open(person_id: UUID, tx: Transaction) -> Invitation | None:
    """The one of a person that has not ended, though its time may be over."""
    row = await tx.fetchrow(OPEN, person_id)
    return _invitation(row) if row else None


async def get_by_secret(secret: bytes, tx: Transaction) -> Invitation | None:
    """By the hash of a link's secret."""
    row = await tx.fetchrow(OF_SECRET, secret)
    return _invitation(row) if row else None


async def count_since(person_id: UUID, moment: datetime, tx: Transaction) -> int:
    return int(await tx.fetchval(COUNT, person_id, moment))


async def end(invitation: Invitation, ending: Ending, tx: Transaction) -> None:
    """Lock it before."""
    await tx.execute(END, invitation.id, ending)


async def add_link(invitation_id: UUID, secret: bytes, tx: Transaction) -> None:
    await tx.execute(ADD_LINK, secret, invitation_id)


async def count_links(invitation_id: UUID, tx: Transaction) -> int:
    return int(await tx.fetchval(COUNT_LINKS, invitation_id))


async def purge(limit: int, tx: Transaction) -> int:
    """Delete old ones, `limit` at most; returns how many."""
    return affected_rows(await tx.execute(PURGE, tx.now - KEPT_FOR, limit))


def _invitation(row: Row) -> Invitation:
    ended = Ending(row["ended"]) if row["ended"] else None
    return Invitation(row["id"], row["person_id"], row["address"], row["invited_at"], ended)
