"""The directory's part of the search over all services, and the way from a SIREN to its record."""

import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import MEMBER
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import Templates, add_part, address, asked_for, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import Reader
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.siren import spelt_as_searched
from intercoop_directory.organisations.pages.asked import LIST
from intercoop_directory.organisations.store.asked import Question, asked_words
from intercoop_directory.organisations.store.facets import count_by_facet
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.organisations.store.owners import owner_names
from intercoop_directory.organisations.store.search import search_known
from intercoop_directory.trades.handlers import nomenclature

BEST: Final = 8
_SIREN: Final = re.compile("[0-9]{9}")
_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)

_router = page_router("directory")


async def found(request: Request, context: Context) -> Markup:
    """The part of `/search`: the eight best, and how many there are."""
    asked = asked_for(request)
    async with context.db.read() as tx:
        best, total = await _best(asked, context, tx)
        names = await owner_names({known.owner for known in best}, tx)
    values = {
        "best": best,
        "total": total,
        "whole": address(LIST, {"q": asked}),
        "home": context.settings.owner,
        "owner_names": names,
        "trade_label": nomenclature().label,
    }
    return _TEMPLATES.markup(request, "searching/found.html", values)


async def _best(
    asked: str, context: Context, tx: Transaction
) -> tuple[list[KnownOrganisation], int]:
    words = await asked_words(spelt_as_searched(asked), tx) if asked else None
    if words is None:
        return [], 0
    filters = OrganisationFilters(on=today(context))
    pairs = await search_known(words, filters, None, BEST, tx)
    facets = await count_by_facet(Question(filters, words), tx)
    return [known for _, known in pairs], facets.total


@_router.get("/siren/{siren}", summary="The record of a SIREN")
async def by_siren(siren: str, _: Reader, context: RequestContext) -> Response:
    """To the record; to the list where none has it, or several owners publish one with it."""
    if not _SIREN.fullmatch(siren):
        raise NotFoundError("A SIREN has nine digits: search by name, or write them all")
    async with context.db.read() as tx:
        best, _total = await _best(siren, context, tx)
    exact = [known for known in best if known.view.siren == siren]
    if len(exact) == 1:
        return RedirectResponse(f"{LIST}/{exact[0].id}", 303)
    return RedirectResponse(address(LIST, {"q": siren}), 303)


add_part(_router, "found", found, MEMBER)


def pages(_: Context) -> APIRouter:
    return _router
