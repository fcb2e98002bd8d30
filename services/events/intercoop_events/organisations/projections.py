"""Organisations as every owner's directory publishes them, this instance's own included."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import OrganisationView

REMEMBER: Final = """
INSERT INTO known_organisations (owner, id, record)
SELECT owner, id, record::jsonb FROM unnest($1::text[], $2::uuid[], $3::text[])
    AS new (owner, id, record)
ON CONFLICT (owner, id) DO UPDATE SET record = EXCLUDED.record
"""
REMOVE: Final = """
DELETE FROM known_organisations
USING unnest($1::text[], $2::uuid[]) AS ended (owner, id)
WHERE known_organisations.owner = ended.owner AND known_organisations.id = ended.id
"""
FORGET: Final = "DELETE FROM known_organisations WHERE owner = $1"


async def remember_organisations(
    changes: Sequence[Change[OrganisationView]], tx: Transaction
) -> None:
    living = [(each, each.after) for each in changes if isinstance(each.after, OrganisationView)]
    ended = [each for each in changes if not isinstance(each.after, OrganisationView)]
    if living:
        await tx.execute(
            REMEMBER,
            [change.owner for change, _ in living],
            [UUID(change.subject) for change, _ in living],
            [view.model_dump_json() for _, view in living],
        )
    if ended:
        subjects = [UUID(change.subject) for change in ended]
        await tx.execute(REMOVE, [change.owner for change in ended], subjects)


async def forget_organisations(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET, owner)
