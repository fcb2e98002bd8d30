"""Reads of the organisations that this instance knows, its own and everybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.neighbours.domain import Candidate, Wanted, division
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.transaction import Record as Row
from intercoop_contracts.advice import AdviceRequestView
from intercoop_contracts.directory import OrganisationView, PublicContact

RADIUS_KM: Final = 300.0
MOST: Final = 400

OWN: Final = """
SELECT id, owner, record FROM known_organisations
WHERE id = $1 AND owner = $2 AND record IS NOT NULL AND left_on IS NULL
"""
KNOWN: Final = "SELECT id, owner, record FROM cooperatives($1) WHERE id = ANY ($2::uuid[])"
CONTACT: Final = "SELECT record FROM known_organisations WHERE owner = $1 AND id = $2"
CANDIDATES: Final = """
SELECT chosen.*, (
    SELECT count(*) FROM asked_when
    WHERE asked_when.organisation_id = chosen.id AND asked_at > $11
) AS asked_lately
FROM (
    SELECT id, owner, record, distance
    FROM cooperatives($1), distance_km($2, $3, lat, lon) AS distance
    WHERE NOT id = ANY ($4::uuid[]) AND (
        distance <= $9 OR epci = $5 OR left(trade, 2) = $6
        OR offers_any(tags, $7::text[], $8::text[])
    )
    ORDER BY distance NULLS LAST, id LIMIT $10
) AS chosen
"""


@dataclass(frozen=True, slots=True)
class Search:
    """Who might help with a request, but for those `without`; how often they were asked since."""

    request: AdviceRequestView
    without: Sequence[UUID]
    asked_since: datetime


async def own(organisation_id: UUID, tx: Transaction) -> Cooperative | None:
    """An organisation of this instance that is still there."""
    row = await tx.fetchrow(OWN, organisation_id, tx.owner)
    return _cooperative(row) if row else None


async def known(ids: Sequence[UUID], tx: Transaction) -> dict[UUID, Cooperative]:
    """Those of `ids` that are co-operatives of the network and still there."""
    rows = await tx.fetch(KNOWN, tx.owner, list(ids))
    return {row["id"]: _cooperative(row) for row in rows}


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


async def candidates(search: Search, tx: Transaction) -> list[Candidate]:
    """Who is near, of the same place or trade, or offers what is wanted; the nearest of them."""
    request, commune = search.request, search.request.commune
    wanted = Wanted.by(request)
    rows = await tx.fetch(
        CANDIDATES,
        tx.owner,
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
    return [Candidate(_cooperative(row), row["distance"], row["asked_lately"]) for row in rows]


def _cooperative(row: Row) -> Cooperative:
    return Cooperative(row["id"], row["owner"], OrganisationView.model_validate_json(row["record"]))
