"""Reads of the whole network's organisations: this instance's own and every other owner's."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.store.asked import AROUND, CHORD, Around
from intercoop_directory.organisations.store.filters import (
    NARROWED,
    PLANNED_ANEW,
    OrganisationFilters,
)
from intercoop_directory.organisations.store.statements import Statement

MOST_RIVALS: Final = 5
"""So many of the other owners with its SIREN are named; the view finds one more."""

LIST: Final = Statement.of(
    ends_early(f"""
SELECT known.id, known.owner, known.home, known.version, known.record, known.bytes,
    known.said_at, known.rivals, known.sort_name, 0::float8 AS rank
FROM (
    SELECT home, owner, id, sort_name FROM known_organisations
    WHERE {NARROWED}
        AND (sort_name, owner, id) > ($sort_name::text, $after_owner::text, $after_id::uuid)
    ORDER BY sort_name, owner, id LIMIT $fetch
) AS page JOIN directory AS known USING (home, owner, id)
ORDER BY known.sort_name, owner, id
""")  # noqa: S608  parts of the code's own
)
NEAREST: Final = Statement.of(
    ends_early(f"""
SELECT known.id, known.owner, known.home, known.version, known.record, known.bytes,
    known.said_at, known.rivals, km_of_chord(page.chord) AS distance_km
FROM (
    SELECT home, owner, id, sort_name, {CHORD} AS chord
    FROM known_organisations
    WHERE {NARROWED} AND {AROUND}
    ORDER BY chord, sort_name, id LIMIT $fetch
) AS page JOIN directory AS known USING (home, owner, id)
ORDER BY page.chord, page.sort_name, id
""")  # noqa: S608
)
GET: Final = """
SELECT id, owner, home, version, record, bytes, said_at, rivals
FROM directory WHERE id = $1
"""
NAMES: Final = """
SELECT DISTINCT ON (id) id, left(record ->> 'name', 200) AS name FROM known_organisations
WHERE id = ANY ($1::uuid[]) ORDER BY id, home DESC
"""
KNOWN_IDS: Final = "SELECT id FROM known_organisations WHERE id = ANY ($1::uuid[])"


class ListPosition(NamedTuple):
    """Where an organisation stands in the list."""

    sort_name: str
    owner: str
    id: UUID


FIRST: Final = ListPosition("", "", UUID(int=0))


async def list_known(
    filters: OrganisationFilters, after: ListPosition | None, fetch: int, tx: Transaction
) -> list[tuple[ListPosition, KnownOrganisation]]:
    """By name, accents and case forgiven."""
    await tx.execute(PLANNED_ANEW)
    place = after or FIRST
    at = {"sort_name": place.sort_name, "after_owner": place.owner, "after_id": place.id}
    rows = await tx.fetch(LIST.sql, *LIST.arguments({**filters.values, **at, "fetch": fetch}))
    return [
        (ListPosition(row["sort_name"], row["owner"], row["id"]), known_of(row)) for row in rows
    ]


async def nearest_known(
    around: Around, filters: OrganisationFilters, limit: int, tx: Transaction
) -> list[KnownOrganisation]:
    """Those within the circle that have a position, the nearest first; fewer where large."""
    await tx.execute(PLANNED_ANEW)
    asked = {**filters.values, **around.values, "fetch": limit}
    rows = await tx.fetch(NEAREST.sql, *NEAREST.arguments(asked))
    return [known_of(row, row["distance_km"]) for row in rows]


async def get_known(organisation_id: UUID, tx: Transaction) -> KnownOrganisation | None:
    """The organisation with this id; this instance's word goes before another's."""
    row = await tx.fetchrow(GET, organisation_id)
    return known_of(row) if row else None


async def known_ids(ids: Sequence[UUID], tx: Transaction) -> frozenset[UUID]:
    """Those of `ids` that are organisations of this instance or of the network."""
    if not ids:
        return frozenset()
    return frozenset(row["id"] for row in await tx.fetch(KNOWN_IDS, list(ids)))


async def names_of(ids: Iterable[UUID], tx: Transaction) -> dict[UUID, str]:
    """What these are called, as far as they are known; this instance's word goes before others'."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row["id"]: row["name"] for row in await tx.fetch(NAMES, wanted)}


def known_of(row: Row, distance_km: float | None = None) -> KnownOrganisation:
    return KnownOrganisation(
        id=row["id"],
        owner=row["owner"],
        as_of=row["said_at"],
        view=OrganisationView.model_validate_json(row["record"]),
        version=row["version"] if row["home"] else None,
        bytes=row["bytes"],
        siren_conflict_with=tuple(row["rivals"][:MOST_RIVALS]),
        has_more_siren_conflicts=len(row["rivals"]) > MOST_RIVALS,
        distance_km=distance_km,
    )
