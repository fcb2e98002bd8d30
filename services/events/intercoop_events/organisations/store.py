"""The network's organisations and their communes, as they are looked for by words."""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.directory import OrganisationView
from intercoop_events.organisations.domain import Organisation, Place, Unclear, read_place

MOST: Final = 8
COLUMNS: Final = "id, owner, record"
FIND: Final = f"""
SELECT {COLUMNS} FROM known_organisations
WHERE words LIKE ALL (ARRAY(
    SELECT '%' || word || '%' FROM unnest(string_to_array(plain_words($1), ' ')) AS word
))
ORDER BY words LIKE plain_words($1) || '%' DESC, owner = $2 DESC, name, id LIMIT $3
"""  # noqa: S608  columns are constants
CALLED: Final = f"""
SELECT {COLUMNS} FROM known_organisations WHERE words = plain_words($1)
ORDER BY owner = $2 DESC, name, id LIMIT $3
"""  # noqa: S608
GET: Final = f"""
SELECT {COLUMNS} FROM known_organisations WHERE id = ANY ($1::uuid[]) ORDER BY owner = $2 DESC
"""  # noqa: S608
UNION: Final = f"""
SELECT {COLUMNS} FROM known_organisations
WHERE owner = $1 AND kind IN ('union', 'federation') ORDER BY id LIMIT 1
"""  # noqa: S608
"""An owner's first organisation of these kinds is itself: its instance registers it first."""

NAMES: Final = """
SELECT asked.owner, own.name FROM unnest($1::text[]) AS asked (owner) CROSS JOIN LATERAL (
    SELECT left(name, 80) AS name FROM known_organisations AS known
    WHERE known.owner = asked.owner AND kind IN ('union', 'federation')
    ORDER BY id LIMIT 1
) AS own
"""
PLACES: Final = """
SELECT min(commune) AS commune, min(departement) AS departement, avg(lat) AS lat, avg(lon) AS lon
FROM known_organisations
WHERE (commune_words LIKE $1 OR commune_words LIKE $2)
    AND lat IS NOT NULL AND lon IS NOT NULL
    AND ($3::text IS NULL OR departement = $3)
GROUP BY commune_code
ORDER BY count(*) DESC, min(commune), commune_code LIMIT $4
"""
PLAIN: Final = "SELECT plain_words($1)"


async def owner_names(owners: Collection[str], tx: Transaction) -> dict[str, str]:
    """What these owners call themselves, as far as they have said so."""
    asked = tuple(sorted(owners))
    return await tx.recent(("owner names", asked), lambda: _names(asked, tx))


async def find(text: str, tx: Transaction) -> list[Organisation]:
    """Those whose names have every word of a text, or a part of it; own ones first."""
    return [_organisation(row) for row in await tx.fetch(FIND, text, tx.owner, MOST)]


async def called(name: str, tx: Transaction) -> list[Organisation]:
    """Those of this very name, case and accents apart."""
    return [_organisation(row) for row in await tx.fetch(CALLED, name, tx.owner, MOST)]


async def get_all(ids: Iterable[UUID], tx: Transaction) -> dict[UUID, Organisation]:
    """Those that are known of these; an own record goes before another owner's of the same id."""
    rows = await tx.fetch(GET, list(ids), tx.owner)
    return {row["id"]: _organisation(row) for row in reversed(rows)}


async def organisation_of(owner: str, tx: Transaction) -> Organisation | None:
    """The organisation that an owner is itself, if it has said so."""
    row = await tx.fetchrow(UNION, owner)
    return _organisation(row) if row else None


async def suggested_places(text: str, tx: Transaction) -> list[Place]:
    """Communes where there is an organisation, whose names have a word that begins so."""
    typed = read_place(text)
    plain = await tx.fetchval(PLAIN, typed.commune)
    return await _places(f"{plain}%", f"% {plain}%", typed.departement, tx) if plain else []


async def place_meant(text: str, tx: Transaction) -> Place | Unclear:
    """The commune that is written, where an organisation of the network is, or which may be."""
    typed = read_place(text)
    plain = await tx.fetchval(PLAIN, typed.commune)
    found = await _places(plain, plain, typed.departement, tx) if plain else []
    return found[0] if len(found) == 1 else Unclear(tuple(found))


async def _places(
    pattern: str, otherwise: str, departement: str | None, tx: Transaction
) -> list[Place]:
    rows = await tx.fetch(PLACES, pattern, otherwise, departement, MOST)
    return [Place(row["commune"], row["departement"], row["lat"], row["lon"]) for row in rows]


async def _names(owners: tuple[str, ...], tx: Transaction) -> dict[str, str]:
    return {row["owner"]: row["name"] for row in await tx.fetch(NAMES, list(owners))}


def _organisation(row: Row) -> Organisation:
    return Organisation(
        row["id"], row["owner"], OrganisationView.model_validate_json(row["record"])
    )
