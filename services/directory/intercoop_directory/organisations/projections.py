"""What every other owner publishes of its organisations, as this instance remembers it."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import OrganisationView

REMEMBER: Final = """
INSERT INTO network_organisations (owner, id, version, as_of, record)
SELECT owner, id, version, as_of, record::jsonb
FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[])
    AS new (owner, id, version, as_of, record)
ON CONFLICT (home, owner, id) DO UPDATE SET
    version = EXCLUDED.version, as_of = EXCLUDED.as_of, record = EXCLUDED.record
"""
REMOVE: Final = """
DELETE FROM network_organisations
USING unnest($1::text[], $2::uuid[]) AS ended (owner, id)
WHERE network_organisations.owner = ended.owner AND network_organisations.id = ended.id
"""
FORGET: Final = "DELETE FROM network_organisations WHERE owner = $1"
HOLDERS: Final = """
SELECT asked.siren, holder.owner
FROM unnest($1::text[]) AS asked (siren) CROSS JOIN LATERAL (
    SELECT owner FROM network_organisations AS known
    WHERE known.siren = asked.siren AND known.left_on IS NULL ORDER BY known.owner LIMIT 1
) AS holder
"""


async def remember(changes: Sequence[Change[OrganisationView]], tx: Transaction) -> None:
    """Take a whole chunk: one statement for what is, one for what ended."""
    living = [
        (change, change.after) for change in changes if isinstance(change.after, OrganisationView)
    ]
    tx.outdate_reads()
    ended = [change for change in changes if not isinstance(change.after, OrganisationView)]
    if living:
        await tx.execute(
            REMEMBER,
            [change.owner for change, _ in living],
            [UUID(change.subject) for change, _ in living],
            [change.version for change, _ in living],
            [change.occurred_at for change, _ in living],
            [view.model_dump_json() for _, view in living],
        )
    if ended:
        subjects = [UUID(change.subject) for change in ended]
        await tx.execute(REMOVE, [change.owner for change in ended], subjects)


async def forget(owner: str, tx: Transaction) -> None:
    """Remember nothing more of an owner that is no longer followed."""
    tx.outdate_reads()
    await tx.execute(FORGET, owner)


async def holders_of(sirens: Collection[str], tx: Transaction) -> dict[str, str]:
    """Which other owner publishes each of these SIRENs, of those that any does."""
    rows = await tx.fetch(HOLDERS, list(sirens))
    return {row["siren"]: row["owner"] for row in rows}
