"""Communes, to choose the right one when an organisation's place is written."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from intercoop_chassis.context import Context
from intercoop_chassis.http import Page, service_router
from intercoop_chassis.http.request_context import RequestContext
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_contracts.bounds import DepartementCode
from intercoop_directory.access import Reader
from intercoop_directory.communes.domain import Commune, departement_number
from intercoop_directory.communes.store import look_up

_Searched = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=VISIBLE), SEEN]
_Departement = Annotated[DepartementCode, BeforeValidator(departement_number)]

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    return router


class CommuneAnswer(BaseModel):
    """A commune of today."""

    code: str = Field(description="INSEE code", examples=["15014"])
    name: str = Field(examples=["Aurillac"])
    departement: str = Field(examples=["15"])
    epci: str | None = Field(description="SIREN of the inter-communal body", examples=["241500230"])
    population: int = Field(examples=[25_593])
    postcodes: list[str] = Field(examples=[["15000"]])
    lat: float | None
    lon: float | None

    @classmethod
    def of(cls, commune: Commune) -> Self:
        return cls(
            code=commune.code,
            name=commune.name,
            departement=commune.departement,
            epci=commune.epci,
            population=commune.population,
            postcodes=list(commune.postcodes),
            lat=commune.lat,
            lon=commune.lon,
        )


@router.get("/communes", summary="Find communes by name, INSEE code or post code")
async def find(
    q: Annotated[_Searched, Query(examples=["aurilac"])],
    _: Reader,
    context: RequestContext,
    departement: Annotated[
        _Departement | None, Query(description="By number or name", examples=["44"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Page[CommuneAnswer]:
    """The best first; accents and small typos are forgiven, former codes lead to today's."""
    async with context.db.read() as tx:
        found = await look_up(q, departement, limit, tx)
    return Page(items=[CommuneAnswer.of(commune) for commune in found])
