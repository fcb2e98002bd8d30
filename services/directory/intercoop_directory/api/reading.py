"""The whole network's organisations: list, search, nearest, export."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import Page, Paging
from intercoop_chassis.http.here import Here, today
from intercoop_chassis.http.texts import VISIBLE, Day, Slug
from intercoop_contracts.directory import Kind, Statute
from intercoop_directory.api.centre import Centre, centre_of
from intercoop_directory.api.organisation_answer import OrganisationAnswer
from intercoop_directory.api.texts import DEPARTEMENT, TRADE
from intercoop_directory.domain.known import KnownOrganisation
from intercoop_directory.domain.organisations import MAX_TAG
from intercoop_directory.domain.siren import tidy_siren
from intercoop_directory.domain.spelling import key
from intercoop_directory.domain.spreadsheet.writing import export_heading, export_lines
from intercoop_directory.store.known import (
    Around,
    Filters,
    ListPosition,
    SearchPosition,
    list_known,
    nearest_known,
    search_known,
)

_EXPORT_CHUNK: Final = 500
_MAX_WORDS: Final = 8
_SIREN_DIGITS: Final = 9

router = APIRouter()


@dataclass(frozen=True, slots=True)
class FilterQuery:
    """Filters as query parameters."""

    owner: Annotated[Slug | None, Query(description="Whose they are")] = None
    kind: Annotated[Kind | None, Query()] = None
    departement: Annotated[
        str | None, Query(pattern=DEPARTEMENT, description="As in INSEE codes", examples=["31"])
    ] = None
    statute: Annotated[Statute | None, Query()] = None
    trade: Annotated[
        str | None, Query(pattern=TRADE, description="NAF code or its beginning", examples=["43.3"])
    ] = None
    expertise: Annotated[
        str | None,
        Query(
            min_length=1, max_length=MAX_TAG, pattern=VISIBLE, description="Accents are forgiven"
        ),
    ] = None
    member_of: Annotated[
        Slug | None, Query(description="The union or federation they are in on that day")
    ] = None
    on: Annotated[Day | None, Query(description="The day of the memberships; today")] = None

    def filters(self, day: date) -> Filters:
        return Filters(
            on=self.on or day,
            owner=self.owner,
            kind=self.kind,
            departement=self.departement,
            statute=self.statute,
            trade=self.trade,
            expertise=self.expertise,
            member_of=self.member_of,
        )


def _filters(query: Annotated[FilterQuery, Depends()], here: Here) -> Filters:
    return query.filters(today(here))


Filtered = Annotated[Filters, Depends(_filters)]


@router.get("/organisations", summary="List the network's organisations by name")
async def index(_: Caller, filters: Filtered, page: Paging, here: Here) -> Page[OrganisationAnswer]:
    """Own ones and every other owner's, each with its owner and "as of"."""
    async with here.db.read() as tx:
        found = await list_known(filters, page.after(ListPosition), page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0])
    return Page(items=[_answer(pair[1], filters) for pair in shown.items], next=shown.next)


@router.get("/organisations/search", summary="Search names, communes, expertise and SIRENs")
async def search(
    q: Annotated[
        str, Query(min_length=1, max_length=200, pattern=VISIBLE, examples=["menuizerie toulouse"])
    ],
    _: Caller,
    filters: Filtered,
    page: Paging,
    here: Here,
) -> Page[OrganisationAnswer]:
    """Every word must be found; accents, case and small typos are forgiven. The best come first."""
    after = page.after(SearchPosition)
    async with here.db.read() as tx:
        found = await search_known(_words(q), filters, after, page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0])
    return Page(items=[_answer(pair[1], filters) for pair in shown.items], next=shown.next)


@router.get("/organisations/nearest", summary="Find the organisations around a place")
async def nearest(
    _: Caller,
    centre: Annotated[Centre, Depends()],
    filters: Filtered,
    here: Here,
    radius_km: Annotated[float, Query(ge=0.001, le=20_000, allow_inf_nan=False)] = 50,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Page[OrganisationAnswer]:
    """Around a position, a commune or an organisation; great-circle, the nearest first."""
    async with here.db.read() as tx:
        lat, lon = await centre_of(centre, tx)
        around = Around(lat, lon, radius_km, centre.organisation)
        found = await nearest_known(around, filters, limit, tx)
    return Page(items=[_answer(known, filters) for known in found])


class CsvResponse(StreamingResponse):
    media_type = "text/csv"


@router.get(
    "/organisations/export",
    response_class=CsvResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="Export the list for a spreadsheet",
)
async def export(_: Caller, filters: Filtered, here: Here) -> CsvResponse:
    """UTF-8 with its mark, French headings; the import understands it."""
    first = await _chunk(filters, None, here)
    headers = {"Content-Disposition": 'attachment; filename="annuaire.csv"'}
    return CsvResponse(_lines(filters, first, here), headers=headers)


Chunk = list[tuple[ListPosition, KnownOrganisation]]


async def _lines(filters: Filters, chunk: Chunk, here: Context) -> AsyncIterator[str]:
    """Chunk by chunk, so that no connection is held while a slow reader reads."""
    yield export_heading()
    while chunk:
        yield export_lines((known for _, known in chunk), filters.on)
        if len(chunk) < _EXPORT_CHUNK:
            return
        chunk = await _chunk(filters, chunk[-1][0], here)


async def _chunk(filters: Filters, after: ListPosition | None, here: Context) -> Chunk:
    async with here.db.read() as tx:
        return await list_known(filters, after, _EXPORT_CHUNK, tx)


def _answer(known: KnownOrganisation, filters: Filters) -> OrganisationAnswer:
    return OrganisationAnswer.of(known, filters.on)


def _words(query: str) -> list[str]:
    """What must be found; a SIREN may be written with blanks."""
    digits = tidy_siren(query)
    if digits.isdecimal() and len(digits) == _SIREN_DIGITS:
        return [key(digits)]
    words = list(dict.fromkeys(key(query).split()))[:_MAX_WORDS]
    if not words:
        raise InvalidError("q", "has no letter and no digit", "Write a part of a name or a place")
    return words
