"""Whom a request might ask, the best first, with the reasons for each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from intercoop_advice.access import their_request
from intercoop_advice.neighbours.domain import LATELY_DAYS, Neighbour, Reason, Wanted, rank
from intercoop_advice.neighbours.store import CandidateSearch, candidates
from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.http import Page, RequestContext, service_router

_EXAMPLE: dict[str, JsonValue] = {
    "organisation_id": "01938f1e-0000-7000-8000-00000000000b",
    "owner": "midi-pyrenees",
    "name": "Atelier de Figeac",
    "commune": "Figeac",
    "departement": "46",
    "trade": "43.32A",
    "expertise": ["locaux"],
    "distance_km": 48.2,
    "points": 38.7,
    "reasons": [
        {"code": "distance", "fr": "à 48 km", "en": "48 km away"},
        {"code": "offers", "fr": "propose : locaux", "en": "offers: locaux"},
    ],
}

router = service_router("advice")


class ReasonAnswer(BaseModel):
    """One reason, ready to be shown."""

    code: str = Field(
        description="`distance`, `same-epci`, `same-trade`, `related-trade`, `offers`, "
        "`asked-lately`"
    )
    fr: str
    en: str

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(code=reason.code, fr=reason.sentence.fr, en=reason.sentence.en)


class NeighbourAnswer(BaseModel):
    """A co-operative that might be asked, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    organisation_id: UUID
    owner: str = Field(description="The owner whose member it is")
    name: str
    commune: str | None
    departement: str | None
    trade: str | None = Field(description="NAF code")
    expertise: Sequence[str] = Field(description="What it offers")
    distance_km: float | None
    points: float = Field(description="What its place in the list is made of")
    reasons: Sequence[ReasonAnswer]

    @classmethod
    def of(cls, neighbour: Neighbour) -> Self:
        candidate = neighbour.candidate
        view, distance = candidate.cooperative.view, candidate.distance_km
        return cls(
            organisation_id=candidate.cooperative.id,
            owner=candidate.cooperative.owner,
            name=view.name,
            commune=view.commune.name if view.commune else None,
            departement=view.commune.departement if view.commune else None,
            trade=view.trade,
            expertise=view.expertise,
            distance_km=None if distance is None else round(distance, 1),
            points=neighbour.points,
            reasons=[ReasonAnswer.of(reason) for reason in neighbour.reasons],
        )


@router.get("/requests/{request_id:uuid}/neighbours", summary="Whom a request might ask")
async def neighbours(
    request_id: UUID,
    who: Caller,
    context: RequestContext,
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Page[NeighbourAnswer]:
    """The asker's people, and staff. Of every union; who was asked already is left out."""
    since = context.clock() - timedelta(days=LATELY_DAYS)
    async with context.db.read() as tx:
        request = await their_request(request_id, who, context, tx)
        asked = [invitation.organisation_id for invitation in request.invitations]
        found = await candidates(CandidateSearch(request.view, asked, since), tx)
    best = rank(Wanted.by(request.view), found, limit)
    return Page(items=[NeighbourAnswer.of(neighbour) for neighbour in best])


def routes(_: Context) -> APIRouter:
    return router
