"""The network's organisations: searched, narrowed, in order, on a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import PageRequest, RequestContext, gathered, today
from intercoop_chassis.pages import answer, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import Reader
from intercoop_directory.communes.handlers import territories
from intercoop_directory.organisations.domain.distance import distance_km
from intercoop_directory.organisations.domain.facets import Facets
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.owner_names import brief_names
from intercoop_directory.organisations.domain.siren import spelt_as_searched
from intercoop_directory.organisations.pages import maps
from intercoop_directory.organisations.pages.asked import LIST, RADII_KM, Asked, Extent, Part
from intercoop_directory.organisations.pages.narrowing import Names, active, narrowings
from intercoop_directory.organisations.pages.near import Near, near_of
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.pages.ways_out import WayOut, ways_out
from intercoop_directory.organisations.store.asked import Around, Question, asked_words
from intercoop_directory.organisations.store.facets import count_by_facet
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.organisations.store.listing import Order, list_rows
from intercoop_directory.organisations.store.owners import owner_names, territory
from intercoop_directory.organisations.store.search import FoundPosition
from intercoop_directory.trades.handlers import nomenclature

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the page shows: rows of this page, counts of all, and what leads on."""

    rows: tuple[KnownOrganisation, ...]
    next: str | None
    facets: Facets
    ways_out: tuple[WayOut, ...] = ()


NOTHING: Final = Listed((), None, Facets(0))


@router.get("/organisations", summary="The network's organisations")
async def index(
    request: Request,
    who: Reader,
    asked: Annotated[Asked, gathered(Asked)],
    part: Annotated[Part, gathered(Part)],
    context: RequestContext,
) -> Response:
    async with context.db.read() as tx:
        near = await near_of(asked, tx)
        question = await question_of(asked, near, context, tx)
        listed = NOTHING
        if question is not None:
            listed = await _listed(asked, question, part.request, tx)
        names = await _names(asked, listed, context.settings.owner, tx)
        own = await territory(tx)
        whole = Question(OrganisationFilters(on=today(context)))
        network = NOTHING.facets if is_typing(request) else await count_by_facet(whole, tx)
    country = maps.Country(territories(), own, context.settings.owner)
    found = TEMPLATES.kept(
        request,
        "organisations/found.html",
        (asked, near, listed, names.key, country.own, country.home),
        lambda: _values(asked, near, listed, names, country),
    )
    if is_typing(request):
        part_of_it = answer(request, found)
        part_of_it.headers["HX-Replace-Url"] = asked.address()
        return part_of_it
    values = {
        "asked": asked,
        "near": near,
        "radii": sorted({*RADII_KM, asked.km}),
        "total": listed.facets.total,
        "network": network,
        "may_add": who.is_staff_of(country.home),
        "found": found,
        "here": LIST,
    }
    return TEMPLATES.page(request, "organisations/list.html", values)


def is_typing(request: Request) -> bool:
    """Whether the list's own script asks for what is found, and for nothing around it."""
    return request.headers.get("hx-request-type") == "partial"


async def question_of(
    asked: Asked, near: Near, context: Context, tx: Transaction
) -> Question | None:
    """What is asked of the directory; None where nothing can agree with it."""
    words = await asked_words(spelt_as_searched(asked.q), tx) if asked.q.strip() else None
    if (asked.q.strip() and words is None) or near.unclear is not None:
        return None
    around = Around(*near.position, asked.km) if near.position else None
    return Question(asked.filters(today(context)), words, around)


def order_of(asked: Asked, question: Question) -> Order:
    """The order that is asked for, else the one that fits: the nearest, the best match, by name."""
    possible = _orders(is_placed=bool(question.around), is_worded=bool(question.words))
    return _chosen(asked, possible)


async def _listed(asked: Asked, question: Question, page: PageRequest, tx: Transaction) -> Listed:
    order = order_of(asked, question)
    found = await list_rows(question, order, page.after(FoundPosition), page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0], lambda pair: pair[1].bytes)
    facets = await count_by_facet(question, tx)
    rows = tuple(_with_distance(known, question.around) for _, known in shown.items)
    ways = () if rows else await ways_out(asked, question, tx)
    return Listed(rows, shown.next, facets, tuple(ways))


def _with_distance(known: KnownOrganisation, around: Around | None) -> KnownOrganisation:
    commune = known.view.commune
    if around is None or commune is None or commune.lat is None or commune.lon is None:
        return known
    there, centre = (commune.lat, commune.lon), (around.lat, around.lon)
    return replace(known, distance_km=distance_km(centre, there))


async def _names(asked: Asked, listed: Listed, home: str, tx: Transaction) -> Names:
    owners = (
        {home}
        | {known.owner for known in listed.rows}
        | {each.value for each in listed.facets.owners}
    )
    owners |= {asked.owner} if asked.owner else set()
    names = await owner_names(owners, tx)
    return Names(names, territories(), nomenclature(), brief_names(names))


def _values(
    asked: Asked, near: Near, listed: Listed, names: Names, country: maps.Country
) -> Mapping[str, Any]:  # Any: a template's values
    centre = near.place if near.position else None
    shown = maps.shown_extent(asked, centre, country.own)
    is_france = shown is Extent.FRANCE
    orders = _orders(is_placed=centre is not None, is_worded=bool(asked.q.strip()))
    chosen = _chosen(asked, orders)
    return {
        "asked": asked,
        "near": near,
        "listed": listed,
        "names": names,
        "narrowings": narrowings(asked, listed.facets, names),
        "active": active(asked, names),
        "orders": [(order, order is chosen) for order in orders],
        "next": asked.address(cursor=listed.next) if listed.next else "",
        "views": maps.views(asked, shown, centre, country.own),
        "overview": maps.france(asked, listed.facets, country) if is_france else None,
        "same_numbers": maps.same_numbers(asked, listed.facets, country) if is_france else (),
        "detail": (None if is_france else maps.detail(asked, shown, listed.rows, centre, country)),
        "own_departements": country.own,
        "home": country.home,
        "here": LIST,
    }


def _orders(*, is_placed: bool, is_worded: bool) -> Sequence[Order]:
    """The orders that there is a ground for, the one that fits best first."""
    grounds = {Order.DISTANCE: is_placed, Order.BEST: is_worded, Order.NAME: True}
    return [order for order, has_ground in grounds.items() if has_ground]


def _chosen(asked: Asked, possible: Sequence[Order]) -> Order:
    return next((order for order in possible if order is asked.sort), possible[0])
