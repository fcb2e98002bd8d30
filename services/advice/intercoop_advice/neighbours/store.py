"""Whom a request might ask, found in SQL among the co-operatives that this instance knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.projections import cooperative_in
from intercoop_advice.neighbours.domain import (
    ASKED_COUNTED,
    Candidate,
    Wanted,
    division,
)
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import AdviceRequestView

RADIUS_KM: Final = 300.0
MOST: Final = 400
OF_ONE: Final = 200
"""So many of one owner: what it says of its own does not keep another's out."""

LOOKED_AT: Final = 1000
"""So many rows of one kind and owner are looked at, however many there are."""

CANDIDATES: Final = """
WITH RECURSIVE owners AS (
    SELECT min(owner) AS owner FROM known_organisations
    UNION ALL
    SELECT (SELECT min(owner) FROM known_organisations WHERE owner > owners.owner)
    FROM owners WHERE owners.owner IS NOT NULL
), found AS (
    SELECT owners.owner, any_kind.id FROM owners CROSS JOIN LATERAL (
        (
            SELECT id FROM cooperatives
            WHERE owner = owners.owner AND place IS NOT NULL
                AND $1::float8 IS NOT NULL AND $2::float8 IS NOT NULL
            ORDER BY place <-> map_point($1, $2) LIMIT $13
        ) UNION (
            SELECT id FROM cooperatives
            WHERE search_keys && keys_of_owner(owners.owner, ARRAY['epci:' || $4]) LIMIT $10
        ) UNION (
            SELECT id FROM cooperatives
            WHERE search_keys && keys_of_owner(owners.owner, ARRAY['trade:' || $5]) LIMIT $10
        ) UNION (
            SELECT id FROM (
                SELECT id, tags FROM cooperatives
                WHERE search_keys && keys_of_owner(
                    owners.owner, keys_of($6::text[]) || $7::text[]
                ) LIMIT $10
            ) AS keyed
            WHERE offers_any(tags, $6, $7)
        )
    ) AS any_kind
), placed AS (
    SELECT known.id, known.owner, distance,
        row_number() OVER (
            PARTITION BY known.owner ORDER BY distance NULLS LAST, known.id
        ) AS nth
    FROM found
    CROSS JOIN LATERAL (
        SELECT * FROM cooperatives WHERE owner = found.owner AND id = found.id LIMIT 1
    ) AS known
    CROSS JOIN distance_km($1, $2, lat, lon) AS distance
    WHERE NOT known.id = ANY ($3::uuid[]) AND (
        distance <= $8 OR epci = $4 OR left(trade, 2) = $5
        OR offers_any(tags, $6::text[], $7::text[])
    )
), chosen AS (
    SELECT id, owner, distance FROM placed WHERE nth <= $13
    ORDER BY distance NULLS LAST, id LIMIT $9
)
SELECT chosen.id, chosen.owner, known.record, chosen.distance,
    times_asked(chosen.id, $11, $14, $12) AS asked_lately
FROM chosen CROSS JOIN LATERAL (
    SELECT record FROM cooperatives WHERE owner = chosen.owner AND id = chosen.id LIMIT 1
) AS known
"""
"""Each kind of candidate of each owner by its own index; what is far and no more than that falls
away. LIMIT 1 has each row looked up by its id: a join might read the whole table."""

ASKED: Final = """
SELECT asked.place, known.id, known.owner, known.record,
    distance_km(asked.lat, asked.lon, known.lat, known.lon) AS distance
FROM unnest($2::uuid[], $3::float8[], $4::float8[])
    WITH ORDINALITY AS asked (id, lat, lon, place)
JOIN known_organisations AS known ON known.owner = $1 AND known.id = asked.id
WHERE known.record IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class CandidateSearch:
    """Who might help with a request, but for those `without`; how often they were asked since."""

    request: AdviceRequestView
    without: Sequence[UUID]
    asked_since: datetime


async def candidates(search: CandidateSearch, tx: Transaction) -> list[Candidate]:
    """Who is near, of the same place or trade, or offers what is wanted; the nearest of them."""
    request, commune = search.request, search.request.commune
    wanted = Wanted.by(request)
    rows = await tx.fetch(
        CANDIDATES,
        commune.lat if commune else None,
        commune.lon if commune else None,
        [request.organisation_id, *search.without],
        wanted.epci,
        division(wanted.trade),
        sorted(wanted.tags),
        sorted(wanted.words),
        RADIUS_KM,
        MOST,
        LOOKED_AT,
        search.asked_since,
        ASKED_COUNTED,
        OF_ONE,
        tx.now,
    )
    return [Candidate(cooperative_in(row), row["distance"], row["asked_lately"]) for row in rows]


async def asked_as_candidates(
    asked: Sequence[tuple[UUID, AdviceRequestView]], tx: Transaction
) -> list[Candidate | None]:
    """Organisations of this instance, each beside the request that asks it, in their order.

    How often they were asked counts for nothing here; None for one that is not there any more.
    """
    places = [view.commune for _, view in asked]
    rows = await tx.fetch(
        ASKED,
        tx.owner,
        [organisation_id for organisation_id, _ in asked],
        [place.lat if place else None for place in places],
        [place.lon if place else None for place in places],
    )
    found = {row["place"]: Candidate(cooperative_in(row), row["distance"], 0) for row in rows}
    return [found.get(place) for place in range(1, len(asked) + 1)]
