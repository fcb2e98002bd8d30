"""What helps to choose among the network's organisations: suggestions while typing, and facets."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from intercoop_chassis.http import Page, RequestContext, gathered, service_router
from intercoop_directory.access import Reader
from intercoop_directory.organisations.api.centre import Centre, centre_of, has_a_place
from intercoop_directory.organisations.api.filters import Filtered
from intercoop_directory.organisations.api.query import Searched, words_of
from intercoop_directory.organisations.domain.facets import Facet, Facets
from intercoop_directory.organisations.domain.siren import typed_siren
from intercoop_directory.organisations.domain.suggestion import Suggestion
from intercoop_directory.organisations.store.asked import Around, Question
from intercoop_directory.organisations.store.facets import count_by_facet
from intercoop_directory.organisations.store.suggestions import suggest

router = service_router("directory")


class SuggestionAnswer(BaseModel):
    """An organisation, as much as tells it from others of its name."""

    id: UUID
    owner: str = Field(description="The instance that decides about it", examples=["auvergne"])
    name: str = Field(examples=["Imprimerie du Cantal"])
    acronym: str | None
    siren: str | None
    commune: str | None = Field(examples=["Aurillac"])
    departement: str | None = Field(examples=["15"])

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        return cls(
            id=suggestion.id,
            owner=suggestion.owner,
            name=suggestion.name,
            acronym=suggestion.acronym,
            siren=suggestion.siren,
            commune=suggestion.commune,
            departement=suggestion.departement,
        )


class FacetAnswer(BaseModel):
    """A value to narrow the list to, and how many organisations it leaves."""

    value: str
    count: int

    @classmethod
    def of(cls, facet: Facet) -> Self:
        return cls(value=facet.value, count=facet.count)


class FacetsAnswer(BaseModel):
    """How many agree, and by what they can be narrowed, the most frequent values first."""

    total: int = Field(description="Those that agree with everything that was asked")
    owners: list[FacetAnswer] = Field(description="By the instance that decides: send as `owner`")
    unions: list[FacetAnswer] = Field(description="By union on that day: send as `member_of`")
    statutes: list[FacetAnswer] = Field(description="Send as `statute`")
    departements: list[FacetAnswer] = Field(description="By number: send as `departement`")
    sectors: list[FacetAnswer] = Field(description="By division of the NAF: send as `trade`")
    sizes: list[FacetAnswer] = Field(description="So many or more: send as `headcount_from`")

    @classmethod
    def of(cls, facets: Facets) -> Self:
        return cls(
            total=facets.total,
            owners=[FacetAnswer.of(facet) for facet in facets.owners],
            unions=[FacetAnswer.of(facet) for facet in facets.unions],
            statutes=[FacetAnswer.of(facet) for facet in facets.statutes],
            departements=[FacetAnswer.of(facet) for facet in facets.departements],
            sectors=[FacetAnswer.of(facet) for facet in facets.sectors],
            sizes=[FacetAnswer.of(facet) for facet in facets.sizes],
        )


@router.get("/organisations/suggestions", summary="Suggest organisations for what is typed")
async def suggestions(
    q: Annotated[Searched, Query(examples=["st eti"])],
    _: Reader,
    context: RequestContext,
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> Page[SuggestionAnswer]:
    """Names that begin so come first, then those with words of name, acronym, commune, SIREN.

    Every word must begin one; typing errors are not forgiven. Nobody's own come first, and where
    many are found each owner has its turn.
    """
    async with context.db.statement() as tx:
        found = await suggest(typed_siren(q) or q, limit, tx)
    return Page(items=[SuggestionAnswer.of(suggestion) for suggestion in found])


@router.get("/organisations/facets", summary="Count organisations by union, statute, place, sector")
async def facets(
    _: Reader,
    centre: Annotated[Centre, gathered(Centre)],
    filters: Filtered,
    context: RequestContext,
    q: Annotated[Searched | None, Query(examples=["menuiserie"])] = None,
    radius_km: Annotated[float, Query(ge=0.001, le=20_000, allow_inf_nan=False)] = 50,
) -> FacetsAnswer:
    """Of the list, of what is searched, of what is around a place, or of what is all of it.

    Each facet counts what agrees with all that is asked but its own filter.
    """
    async with context.db.read() as tx:
        around = None
        if has_a_place(centre):
            around = Around(*await centre_of(centre, tx), radius_km, centre.organisation)
        words = None if q is None else await words_of(q, tx)
        counted = await count_by_facet(Question(filters, words, around), tx)
    return FacetsAnswer.of(counted)
