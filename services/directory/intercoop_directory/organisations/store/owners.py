"""Owners as people know them: what each is called, and where this instance's own are at home."""

from collections.abc import Collection, Sequence
from typing import Final

from intercoop_chassis.postgres import Transaction

NAMES: Final = """
SELECT asked.owner, own.name FROM unnest($1::text[]) AS asked (owner) CROSS JOIN LATERAL (
    SELECT left(record ->> 'name', 80) AS name FROM known_organisations AS known
    WHERE known.owner = asked.owner AND kind IN ('union', 'federation')
    ORDER BY id LIMIT 1
) AS own
"""
"""An owner's first organisation of these kinds is itself: its instance registers it first."""

ALL: Final = """
WITH RECURSIVE owners (owner) AS (
    SELECT min(owner) FROM known_organisations
    UNION ALL
    SELECT (SELECT min(others.owner) FROM known_organisations AS others
        WHERE others.owner > owners.owner)
    FROM owners WHERE owner IS NOT NULL
)
SELECT owner FROM owners WHERE owner IS NOT NULL ORDER BY owner LIMIT 200
"""
"""One look into an index for each."""

TERRITORY: Final = """
SELECT departement FROM (
    SELECT departement, count(*) AS own FROM known_organisations
    WHERE home AND departement IS NOT NULL GROUP BY departement
) AS ours
WHERE own >= (
    SELECT count(*) FROM known_organisations AS known
    WHERE NOT known.home AND known.departement = ours.departement
)
ORDER BY departement
"""


async def owner_names(owners: Collection[str], tx: Transaction) -> dict[str, str]:
    """What these owners call themselves, as far as they have said so."""
    asked = tuple(sorted(owners))
    return await tx.recent(("owner names", asked), lambda: _names(asked, tx))


async def _names(owners: Sequence[str], tx: Transaction) -> dict[str, str]:
    return {row["owner"]: row["name"] for row in await tx.fetch(NAMES, owners)}


async def all_owners(tx: Transaction) -> list[str]:
    """Everybody who has published an organisation."""
    return [row["owner"] for row in await tx.fetch(ALL)]


async def territory(tx: Transaction) -> tuple[str, ...]:
    """The départements (numbers) where at least half of the organisations are this instance's."""
    return await tx.recent("territory", lambda: _territory(tx))


async def _territory(tx: Transaction) -> tuple[str, ...]:
    return tuple(row["departement"] for row in await tx.fetch(TERRITORY))
