"""Whom a request might ask, found in SQL among the co-operatives that this instance knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.projections import cooperative_in
from intercoop_advice.neighbours.domain import Candidate, Wanted, division
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import AdviceRequestView

RADIUS_KM: Final = 300.0
MOST: Final = 400

CANDIDATES: Final = """
SELECT chosen.*, (
    SELECT count(*) FROM asked_when
    WHERE asked_when.organisation_id = chosen.id AND asked_at > $10
) AS asked_lately
FROM (
    SELECT id, owner, record, distance
    FROM cooperatives, distance_km($1, $2, lat, lon) AS distance
    WHERE NOT id = ANY ($3::uuid[]) AND (
        distance <= $8 OR epci = $4 OR left(trade, 2) = $5
        OR offers_any(tags, $6::text[], $7::text[])
    )
    ORDER BY distance NULLS LAST, id LIMIT $9
) AS chosen
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
        search.asked_since,
    )
    return [Candidate(cooperative_in(row), row["distance"], row["asked_lately"]) for row in rows]
