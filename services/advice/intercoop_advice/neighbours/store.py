"""Whom a request might ask, found in SQL among the co-operatives that this instance knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.projections import cooperative_in
from intercoop_advice.neighbours.domain import ASKED_COUNTED, Candidate, Wanted, division
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import AdviceRequestView

RADIUS_KM: Final = 300.0
MOST: Final = 400

LOOKED_AT: Final = 2000
"""So many rows of one kind are looked at, however many there are."""

CANDIDATES: Final = """
WITH near AS (
    SELECT id FROM cooperatives
    WHERE place IS NOT NULL AND $1::float8 IS NOT NULL AND $2::float8 IS NOT NULL
    ORDER BY place <-> map_point($1, $2) LIMIT $9
), alike AS (
    (SELECT id FROM cooperatives WHERE epci = $4 LIMIT $10)
    UNION ALL
    (SELECT id FROM cooperatives WHERE left(trade, 2) = $5 LIMIT $10)
), useful AS (
    SELECT id FROM (
        SELECT id, tags FROM cooperatives
        WHERE tag_keys && (keys_of($6::text[]) || $7::text[]) LIMIT $10
    ) AS keyed
    WHERE offers_any(tags, $6, $7)
)
SELECT chosen.*, (
    SELECT count(*) FROM (
        SELECT FROM asked_when
        WHERE asked_when.organisation_id = chosen.id AND asked_at > $11 LIMIT $12
    ) AS counted
) AS asked_lately
FROM (
    SELECT id, owner, record, distance
    FROM (SELECT id FROM near UNION SELECT id FROM alike UNION SELECT id FROM useful) AS found (key)
    CROSS JOIN LATERAL (SELECT * FROM cooperatives WHERE id = found.key LIMIT 1) AS known
    CROSS JOIN distance_km($1, $2, lat, lon) AS distance
    WHERE NOT id = ANY ($3::uuid[]) AND (
        distance <= $8 OR epci = $4 OR left(trade, 2) = $5
        OR offers_any(tags, $6::text[], $7::text[])
    )
    ORDER BY distance NULLS LAST, id LIMIT $9
) AS chosen
"""
"""Each kind of candidate by its own index; what is far and no more than that falls away. LIMIT 1
has each row looked up by its id: a join might read the whole table."""


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
    )
    return [Candidate(cooperative_in(row), row["distance"], row["asked_lately"]) for row in rows]
