"""The whole network's organisations: one, all by name, those found, those around a place."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import StringConstraints

from intercoop_chassis.errors import InvalidError, NotFoundError
from intercoop_chassis.http import (
    ETAG_HEADER,
    Page,
    Paging,
    RequestContext,
    etag,
    fitting,
    gathered,
    service_router,
    today,
)
from intercoop_chassis.http.texts import SEEN, VISIBLE, Day
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import Reader
from intercoop_directory.organisations.api.answer import OrganisationAnswer
from intercoop_directory.organisations.api.centre import Centre, centre_of
from intercoop_directory.organisations.api.filters import Filtered
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.siren import spelt_as_searched
from intercoop_directory.organisations.store.known import (
    Around,
    ListPosition,
    OrganisationFilters,
    SearchPosition,
    asked_words,
    get_known,
    list_known,
    nearest_known,
    search_known,
)

_Searched = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE), SEEN]

router = service_router("directory")


@router.get("/organisations", summary="List the network's organisations by name")
async def index(
    _: Reader, filters: Filtered, page: Paging, context: RequestContext
) -> Page[OrganisationAnswer]:
    """Own ones and every other owner's, each with its owner and "as of"."""
    async with context.db.read() as tx:
        found = await list_known(filters, page.after(ListPosition), page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0], lambda pair: pair[1].bytes)
    return Page(items=[_answer(pair[1], filters) for pair in shown.items], next=shown.next)


@router.get("/organisations/search", summary="Search names, communes, expertise and SIRENs")
async def search(
    q: Annotated[_Searched, Query(examples=["menuizerie toulouse"])],
    _: Reader,
    filters: Filtered,
    page: Paging,
    context: RequestContext,
) -> Page[OrganisationAnswer]:
    """Every word must be found, in whatever order; the best come first.

    Forgiven are accents, case, punctuation, small typos, `St` for Saint, `&` for et, dots of
    initials, and whether articles and legal forms are there. Any alphabet is searched.
    """
    after = page.after(SearchPosition)
    async with context.db.read() as tx:
        found = await search_known(await _words(q, tx), filters, after, page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0], lambda pair: pair[1].bytes)
    return Page(items=[_answer(pair[1], filters) for pair in shown.items], next=shown.next)


@router.get("/organisations/nearest", summary="Find the organisations around a place")
async def nearest(
    _: Reader,
    centre: Annotated[Centre, gathered(Centre)],
    filters: Filtered,
    context: RequestContext,
    radius_km: Annotated[float, Query(ge=0.001, le=20_000, allow_inf_nan=False)] = 50,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Page[OrganisationAnswer]:
    """Around a position, a commune or an organisation; great-circle, the nearest first.

    Fewer than `limit` where they are so large that no page holds them.
    """
    async with context.db.read() as tx:
        lat, lon = await centre_of(centre, tx)
        around = Around(lat, lon, radius_km, centre.organisation)
        found = await nearest_known(around, filters, limit, tx)
    nearest_ones = fitting(found, lambda known: known.bytes)
    return Page(items=[_answer(known, filters) for known in nearest_ones])


@router.get(
    "/organisations/{organisation_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Read an organisation, whoever owns it",
)
async def get(
    organisation_id: UUID,
    _: Reader,
    response: Response,
    context: RequestContext,
    on: Annotated[Day | None, Query(description="The day of the memberships; today")] = None,
) -> OrganisationAnswer:
    """Answers while every other instance is down. One of this instance has an ETag."""
    async with context.db.read() as tx:
        known = await known_organisation(organisation_id, tx)
    if known.version is not None:
        response.headers["ETag"] = etag(known.version)
    return OrganisationAnswer.of(known, on or today(context))


async def known_organisation(organisation_id: UUID, tx: Transaction) -> KnownOrganisation:
    """The organisation with this id, whoever owns it. Raises `NotFoundError`."""
    known = await get_known(organisation_id, tx)
    if known is None:
        raise NotFoundError("No organisation has this id: list or search them to find it")
    return known


def _answer(known: KnownOrganisation, filters: OrganisationFilters) -> OrganisationAnswer:
    return OrganisationAnswer.of(known, filters.on)


async def _words(query: str, tx: Transaction) -> list[str]:
    """What must be found; a SIREN may be written with blanks."""
    words = await asked_words(spelt_as_searched(query), tx)
    if not words:
        raise InvalidError("q", "has no letter and no digit", "Write a part of a name or a place")
    return words
