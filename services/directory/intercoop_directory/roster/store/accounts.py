"""What is known of somebody's account: whether they have come in, and the open invitation."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_directory.invitations.domain import VALID_FOR
from intercoop_directory.roster.domain.listed import AccountState

ACCOUNT: Final = """
SELECT
    EXISTS (SELECT FROM verified_addresses WHERE person_id = $1)
        OR EXISTS (SELECT FROM sessions WHERE person_id = $1) AS is_active,
    open.address, open.invited_at
FROM (SELECT) AS one LEFT JOIN invitations AS open
    ON open.person_id = $1 AND open.ended IS NULL AND open.invited_at > $2
"""
WAITING: Final = """
SELECT count(*) FROM invitations
WHERE ended IS NULL AND invited_at > $1
    AND person_id NOT IN (SELECT person_id FROM verified_addresses)
    AND person_id NOT IN (SELECT person_id FROM sessions)
"""


class Account(NamedTuple):
    """The state of an account; of who is invited, by which address, since when, until when."""

    state: AccountState
    address: str | None = None
    invited_at: datetime | None = None
    good_until: datetime | None = None


async def account_of(person_id: UUID, tx: Transaction) -> Account:
    row = await tx.fetchrow(ACCOUNT, person_id, tx.now - VALID_FOR)
    if row is None or row["is_active"]:
        return Account(AccountState.ACTIVE if row else AccountState.NONE)
    if row["invited_at"] is None:
        return Account(AccountState.NONE)
    until = row["invited_at"] + VALID_FOR
    return Account(AccountState.INVITED, row["address"], row["invited_at"], until)


async def count_waiting(tx: Transaction) -> int:
    """How many were invited, by a link that is still good, and have not come in."""
    return int(await tx.fetchval(WAITING, tx.now - VALID_FOR))
