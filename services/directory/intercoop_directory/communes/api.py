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
from intercoop_directory.communes.domain import (
    Commune,
    Departement,
    Region,
    departement_number,
)
from intercoop_directory.communes.handlers import territories
from intercoop_directory.communes.store import look_up

_Searched = Annotated[str, StringConstraints(min_length=2, max_length=100, pattern=VISIBLE), SEEN]
_Departement = Annotated[DepartementCode, BeforeValidator(departement_number)]

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    territories()
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


class DepartementAnswer(BaseModel):
    """A département, with the place that stands for it on a map of all France."""

    number: str = Field(description="As in INSEE codes", examples=["31"])
    name: str = Field(examples=["Haute-Garonne"])
    is_overseas: bool
    chef_lieu: str = Field(examples=["Toulouse"])
    lat: float = Field(description="Of the chef-lieu", examples=[43.59611])
    lon: float = Field(examples=[1.43196])

    @classmethod
    def of(cls, departement: Departement) -> Self:
        return cls(
            number=departement.number,
            name=departement.name,
            is_overseas=departement.is_overseas,
            chef_lieu=departement.chef_lieu,
            lat=departement.lat,
            lon=departement.lon,
        )


class RegionAnswer(BaseModel):
    """A region since 2016 and its départements."""

    number: str = Field(description="INSEE's", examples=["76"])
    name: str = Field(examples=["Occitanie"])
    departements: list[DepartementAnswer]

    @classmethod
    def of(cls, region: Region) -> Self:
        departements = [DepartementAnswer.of(each) for each in region.departements]
        return cls(number=region.number, name=region.name, departements=departements)


@router.get("/regions", summary="List the regions and the départements of each")
async def regions(_: Reader) -> Page[RegionAnswer]:
    """All of them, the names of filters and maps; overseas collectivities are in no region."""
    return Page(items=[RegionAnswer.of(region) for region in territories().regions])
