"""Who somebody is to a provider: its name of them, after the first time that they came by it."""

from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction

PERSON: Final = "SELECT person_id FROM provider_identities WHERE issuer = $1 AND subject = $2"
INSERT: Final = """
INSERT INTO provider_identities (issuer, subject, person_id, address)
VALUES ($1, $2, $3, lower($4)) ON CONFLICT DO NOTHING
"""


async def person_of(issuer: str, subject: str, tx: Transaction) -> UUID | None:
    found: UUID | None = await tx.fetchval(PERSON, issuer, subject)
    return found


async def link(issuer: str, subject: str, person_id: UUID, address: str, tx: Transaction) -> None:
    """Link an identity to a person by an address of theirs that was noted as verified."""
    await tx.execute(INSERT, issuer, subject, person_id, address)
