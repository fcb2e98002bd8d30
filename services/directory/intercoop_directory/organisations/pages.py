"""Organisations as people see them: the network's list with its facets, and a record on a day."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from intercoop_chassis.auth import MEMBER
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import PageRequest, Paging, RequestContext, gathered, today
from intercoop_chassis.http.texts import SEEN, VISIBLE, Day, Slug
from intercoop_chassis.pages import Templates, add_part, address, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Statute
from intercoop_directory.access import Reader
from intercoop_directory.organisations.domain.facets import Facets
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import affiliation_on
from intercoop_directory.organisations.domain.siren import spelt_as_searched
from intercoop_directory.organisations.domain.views import links_of
from intercoop_directory.organisations.store.asked import AskedWords, Question, asked_words
from intercoop_directory.organisations.store.facets import count_by_facet
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.organisations.store.known import ListPosition, get_known, list_known
from intercoop_directory.organisations.store.search import FoundPosition, search_known
from intercoop_directory.trades.handlers import nomenclature

LIST: Final = "/directory/organisations"
_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)

_router = page_router("directory")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for, by its address; `q` is as it was typed."""

    q: Annotated[str, Query(max_length=200, pattern=rf"^$|{VISIBLE}"), SEEN] = ""
    owner: Annotated[Slug | None, Query()] = None
    statute: Annotated[Statute | None, Query()] = None

    def address(self, **changed: str | None) -> str:
        """The list with these filters changed; None takes one away, the page is the first."""
        query = {"q": self.q or None, "owner": self.owner, "statute": self.statute}
        return address(LIST, {**query, **changed})


@_router.get("/organisations", summary="The network's organisations")
async def index(
    request: Request,
    _: Reader,
    asked: Annotated[Asked, gathered(Asked)],
    page: Paging,
    context: RequestContext,
) -> Response:
    filters = OrganisationFilters(on=today(context), owner=asked.owner, statute=asked.statute)
    async with context.db.read() as tx:
        words = await asked_words(spelt_as_searched(asked.q), tx) if asked.q else None
        is_readable = not asked.q or words is not None  # else no letter and no digit is in it
        found, following = await _found(words, filters, page, tx) if is_readable else ([], None)
        facets = await count_by_facet(Question(filters, words), tx) if is_readable else Facets(0)
    values = {
        "asked": asked,
        "facets": facets,
        "rows": found,
        "next": asked.address(cursor=following) if following else "",
        "home": context.settings.owner,
        "trade_label": nomenclature().label,
    }
    return _TEMPLATES.page(request, "organisations/list.html", values)


async def _found(
    words: AskedWords | None, filters: OrganisationFilters, page: PageRequest, tx: Transaction
) -> tuple[list[KnownOrganisation], str | None]:
    """A page of those that are asked for, and the cursor of the next one."""
    if words:
        after = page.after(FoundPosition)
        found = await search_known(words, filters, after, page.fetch, tx)
        best = page.of(found, lambda pair: pair[0], lambda pair: pair[1].bytes)
        return [known for _, known in best.items], best.next
    listed = await list_known(filters, page.after(ListPosition), page.fetch, tx)
    shown = page.of(listed, lambda pair: pair[0], lambda pair: pair[1].bytes)
    return [known for _, known in shown.items], shown.next


@_router.get("/organisations/{organisation_id:uuid}", summary="An organisation, on a day")
async def show(
    organisation_id: UUID,
    request: Request,
    _: Reader,
    context: RequestContext,
    on: Annotated[Day | None, Query()] = None,
) -> Response:
    async with context.db.read() as tx:
        known = await get_known(organisation_id, tx)
    if known is None:
        raise NotFoundError("No organisation has this id: list or search them to find it")
    day = on or today(context)
    values: dict[str, Any] = {  # Any: a template's values
        "known": known,
        "view": known.view,
        "affiliation": affiliation_on(links_of(known.view), day),
        "day": day,
        "is_today": day == today(context),
        "here": f"{LIST}/{known.id}",
        "home": context.settings.owner,
        "trade_label": nomenclature().label,
    }
    return _TEMPLATES.page(request, "organisations/record.html", values)


async def size(request: Request, context: Context) -> Markup:
    """The part of the home page: how large the network's directory is."""
    filters = OrganisationFilters(on=today(context))
    async with context.db.read() as tx:
        facets = await count_by_facet(Question(filters), tx)
    return _TEMPLATES.markup(request, "organisations/size.html", {"facets": facets})


add_part(_router, "size", size, MEMBER)


def pages(_: Context) -> APIRouter:
    return _router
