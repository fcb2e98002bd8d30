"""Organisations as every owner's directory publishes them, this instance's own included."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.wording import fold_tags
from intercoop_chassis.postgres import Row, Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import OrganisationView, PublicContact

_BETWEEN_TAGS: Final = "|"

REMEMBER_ORGANISATIONS: Final = """
INSERT INTO known_organisations (owner, id, as_of, record, tags)
SELECT owner, id, as_of, record::jsonb, string_to_array(tags, '|')
FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[])
    AS new (owner, id, as_of, record, tags)
ON CONFLICT (owner, id) DO UPDATE SET
    as_of = EXCLUDED.as_of, record = EXCLUDED.record, tags = EXCLUDED.tags
"""
FORGET_ORGANISATIONS: Final = "DELETE FROM known_organisations WHERE owner = $1"
OWN: Final = """
SELECT id, owner, record FROM known_organisations
WHERE id = $1 AND owner = $2 AND record IS NOT NULL AND left_on IS NULL
"""
OWN_NAMED: Final = """
SELECT id, owner, record FROM known_organisations
WHERE owner = $1 AND id = ANY ($2::uuid[]) AND record IS NOT NULL AND left_on IS NULL
ORDER BY name, id
"""
OWN_LIKE: Final = """
SELECT id, owner, record FROM cooperatives
WHERE owner = $1 AND strpos(without_accents(name), without_accents($2)) > 0
ORDER BY strpos(without_accents(name), without_accents($2)), name, id LIMIT $3
"""
OWNER_NAMES: Final = """
SELECT asked.owner, own.name FROM unnest($1::text[]) AS asked (owner) CROSS JOIN LATERAL (
    SELECT left(record ->> 'name', 80) AS name FROM known_organisations AS known
    WHERE known.owner = asked.owner AND kind IN ('union', 'federation')
    ORDER BY id LIMIT 1
) AS own
"""
"""An owner's first organisation of these kinds is itself: its instance registers it first."""

KNOWN: Final = "SELECT id, owner, record FROM cooperatives WHERE id = ANY ($1::uuid[])"
CONTACT: Final = "SELECT record FROM known_organisations WHERE owner = $1 AND id = $2"


async def remember_organisations(
    changes: Sequence[Change[OrganisationView]], tx: Transaction
) -> None:
    """Take a whole chunk; one that ended stays, without a record, to be told from the unknown."""
    views = [
        change.after if isinstance(change.after, OrganisationView) else None for change in changes
    ]
    await tx.execute(
        REMEMBER_ORGANISATIONS,
        [change.owner for change in changes],
        [UUID(change.subject) for change in changes],
        [change.occurred_at for change in changes],
        [view.model_dump_json() if view else None for view in views],
        [_BETWEEN_TAGS.join(fold_tags(view.expertise)) if view else "" for view in views],
    )


async def forget_organisations(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET_ORGANISATIONS, owner)


async def own(organisation_id: UUID, tx: Transaction) -> Cooperative | None:
    """An organisation of this instance that is still there."""
    row = await tx.fetchrow(OWN, organisation_id, tx.owner)
    return cooperative_in(row) if row else None


async def own_named(ids: Collection[UUID], tx: Transaction) -> list[Cooperative]:
    """Those of `ids` that are organisations of this instance and still there, by name."""
    rows = await tx.fetch(OWN_NAMED, tx.owner, sorted(ids))
    return [cooperative_in(row) for row in rows]


async def own_like(text: str, most: int, tx: Transaction) -> list[Cooperative]:
    """Co-operatives of this instance whose names hold a text, case and accents forgiven."""
    rows = await tx.fetch(OWN_LIKE, tx.owner, text.strip(), most)
    return [cooperative_in(row) for row in rows]


async def owner_names(owners: Collection[str], tx: Transaction) -> dict[str, str]:
    """What these owners call themselves; by their slugs those that have not said so here."""
    asked = tuple(sorted(owners))
    return await tx.recent(("owner names", asked), lambda: _names(asked, tx))


async def _names(owners: Sequence[str], tx: Transaction) -> dict[str, str]:
    said = {row["owner"]: row["name"] for row in await tx.fetch(OWNER_NAMES, owners)}
    return {owner: said.get(owner) or owner for owner in owners}


async def known(ids: Sequence[UUID], tx: Transaction) -> dict[UUID, Cooperative]:
    """Those of `ids` that are co-operatives of the network and still there."""
    rows = await tx.fetch(KNOWN, list(ids))
    return {row["id"]: cooperative_in(row) for row in rows}


async def contact_of(owner: str, organisation_id: UUID, tx: Transaction) -> PublicContact | None:
    """How to reach an organisation, in its owner's words; None while it is not known.

    One that has ended cannot be reached, and is known.
    """
    row = await tx.fetchrow(CONTACT, owner, organisation_id)
    if row is None:
        return None
    if row["record"] is None:
        return PublicContact()
    return OrganisationView.model_validate_json(row["record"]).contact


def cooperative_in(row: Row) -> Cooperative:
    return Cooperative(row["id"], row["owner"], OrganisationView.model_validate_json(row["record"]))
