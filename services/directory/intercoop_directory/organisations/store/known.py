"""Reads of the whole network's organisations: this instance's own and every other owner's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_chassis.square_degrees import cells_around
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.organisations.domain.known import KnownOrganisation

TYPO_TOLERANCE: Final = 0.45
"""The share of a word's letter groups that must be right; lower forgives more."""

MOST_WORDS: Final = 8
SMALL_WORDS: Final = frozenset(
    [
        "a",
        "and",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "of",
        "sa",
        "sarl",
        "sas",
        "scic",
        "scop",
        "societe",
        "the",
        "un",
        "une",
    ]
)
"""Beside others they make a name better, and are not needed: people leave them out, or add them."""

MOST_RIVALS: Final = 5
"""So many of the other owners with its SIREN are named; the view finds one more."""

LIST: Final = ends_early("""
SELECT id, owner, home, version, record, bytes, said_at, rivals, sort_name
FROM chosen($1, $2, $3, $4, $5, $6, $7, $8)
WHERE $9::text IS NULL OR (sort_name, owner, id) > ($9, $10, $11::uuid)
ORDER BY sort_name, owner, id LIMIT $12
""")
ASKED: Final = """
SELECT left(search_key($2), 400) AS asked, set_config('pg_trgm.word_similarity_threshold', $1, true)
"""
SEARCH: Final = ends_early("""
SELECT id, owner, home, version, record, bytes, said_at, rivals, sort_name, score
FROM (
    SELECT *, search_score($9, sort_name, words) AS score
    FROM chosen($1, $2, $3, $4, $5, $6, $7, $8)
    WHERE (words LIKE '%' || $11 || '%' OR $11 <% words) AND all_found($10, words)
) AS found
WHERE $12::int IS NULL OR (-score, sort_name, owner, id) > (-$12, $13, $14, $15::uuid)
ORDER BY score DESC, sort_name, owner, id LIMIT $16
""")
NEAREST: Final = ends_early("""
SELECT id, owner, home, version, record, bytes, said_at, rivals,
    km_of_chord(place <-> sphere_point($9, $10)) AS distance_km
FROM chosen($1, $2, $3, $4, $5, $6, $7, $8)
WHERE cell_of(place) = ANY ($14::int[])
    AND place <-> sphere_point($9, $10) <= chord_of_km($11)
    AND ($12::uuid IS NULL OR id <> $12)
ORDER BY place <-> sphere_point($9, $10), sort_name, id LIMIT $13
""")
GET: Final = """
SELECT id, owner, home, version, record, bytes, said_at, rivals
FROM directory WHERE id = $1
"""
KNOWN_IDS: Final = "SELECT id FROM known_organisations WHERE id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class OrganisationFilters:
    """What a read is narrowed to; None leaves it open. `on` dates the membership."""

    on: date
    owner: str | None = None
    kind: str | None = None
    departement: str | None = None
    statute: str | None = None
    trade: str | None = None
    expertise: str | None = None
    member_of: str | None = None

    @property
    def arguments(self) -> tuple[str | None, ...]:
        return (
            self.owner,
            self.kind,
            self.departement,
            self.statute,
            self.trade,
            self.expertise,
            self.member_of,
            self.on.isoformat(),
        )


class ListPosition(NamedTuple):
    """Where an organisation stands in the list."""

    sort_name: str
    owner: str
    id: UUID


class SearchPosition(NamedTuple):
    """Where an organisation stands among those found, the best first."""

    score: Annotated[int, Field(ge=0, le=10_000)]
    sort_name: str
    owner: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Around:
    """A circle on the globe (WGS 84, great-circle); `without` leaves out what is at its centre."""

    lat: float
    lon: float
    radius_km: float
    without: UUID | None = None


async def list_known(
    filters: OrganisationFilters, after: ListPosition | None, fetch: int, tx: Transaction
) -> list[tuple[ListPosition, KnownOrganisation]]:
    """By name, accents and case forgiven."""
    place = after or (None, None, None)
    rows = await tx.fetch(LIST, *filters.arguments, *place, fetch)
    return [(ListPosition(row["sort_name"], row["owner"], row["id"]), _known(row)) for row in rows]


async def asked_words(query: str, tx: Transaction) -> list[str]:
    """The words of a query as they are searched, at most eight; none when it has no letter."""
    row = await tx.fetchrow(ASKED, str(TYPO_TOLERANCE), query)
    return list(dict.fromkeys(row["asked"].split()))[:MOST_WORDS] if row else []


async def search_known(
    words: Sequence[str],
    filters: OrganisationFilters,
    after: SearchPosition | None,
    fetch: int,
    tx: Transaction,
) -> list[tuple[SearchPosition, KnownOrganisation]]:
    """Those in which every word that counts stands, the best first. `words` are `asked_words`."""
    needed = [word for word in words if word not in SMALL_WORDS] or words
    place = after or (None, None, None, None)
    longest = max(needed, key=len)
    rows = await tx.fetch(SEARCH, *filters.arguments, words, needed, longest, *place, fetch)
    return [
        (SearchPosition(row["score"], row["sort_name"], row["owner"], row["id"]), _known(row))
        for row in rows
    ]


async def nearest_known(
    around: Around, filters: OrganisationFilters, limit: int, tx: Transaction
) -> list[KnownOrganisation]:
    """Those within the circle that have a position, the nearest first; fewer where large."""
    rows = await tx.fetch(
        NEAREST,
        *filters.arguments,
        around.lat,
        around.lon,
        around.radius_km,
        around.without,
        limit,
        cells_around(around.lat, around.lon, around.radius_km),
    )
    return [_known(row, row["distance_km"]) for row in rows]


async def get_known(organisation_id: UUID, tx: Transaction) -> KnownOrganisation | None:
    """The organisation with this id; this instance's word goes before another's."""
    row = await tx.fetchrow(GET, organisation_id)
    return _known(row) if row else None


async def known_ids(ids: Sequence[UUID], tx: Transaction) -> frozenset[UUID]:
    """Those of `ids` that are organisations of this instance or of the network."""
    if not ids:
        return frozenset()
    return frozenset(row["id"] for row in await tx.fetch(KNOWN_IDS, list(ids)))


def _known(row: Row, distance_km: float | None = None) -> KnownOrganisation:
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
