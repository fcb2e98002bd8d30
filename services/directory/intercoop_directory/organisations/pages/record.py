"""An organisation's record on a day: who it is, whose word that is, and since when."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.http.texts import Day
from intercoop_chassis.pages import page_router
from intercoop_directory.access import Reader
from intercoop_directory.communes.handlers import territories
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import affiliation_on, union_link_on
from intercoop_directory.organisations.domain.views import links_of
from intercoop_directory.organisations.pages import maps
from intercoop_directory.organisations.pages.asked import LIST
from intercoop_directory.organisations.pages.blocks import blocks_of
from intercoop_directory.organisations.pages.narrowing import Names
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.store.known import get_known
from intercoop_directory.organisations.store.owners import owner_names, territory
from intercoop_directory.trades.handlers import nomenclature

router = page_router("directory")


@router.get("/organisations/{organisation_id:uuid}", summary="An organisation, on a day")
async def show(
    organisation_id: UUID,
    request: Request,
    who: Reader,
    context: RequestContext,
    on: Annotated[Day | None, Query()] = None,
) -> Response:
    async with context.db.read() as tx:
        known = await get_known(organisation_id, tx)
        if known is None:
            raise NotFoundError("No organisation has this id: list or search them to find it")
        names = Names(await owner_names(_owners(known), tx), territories(), nomenclature())
        own = await territory(tx)
    home = context.settings.owner
    country = maps.Country(territories(), own, home)
    day = on or today(context)
    links = links_of(known.view)
    blocks = await blocks_of(request, who, known, day, context)
    values: dict[str, Any] = {  # Any: a template's values
        "known": known,
        "view": known.view,
        "names": names,
        "owner_list": [names.of("owner", owner) for owner in known.siren_conflict_with],
        "trade_label": names.trades.label(known.view.trade),
        "affiliation": affiliation_on(links, day),
        "in_union": union_link_on(links, day),
        "day": day,
        "is_today": day == today(context),
        "here": f"{LIST}/{known.id}",
        "map": maps.of_record(known, country),
        "own_departements": own,
        "blocks": blocks,
        "may_edit": known.owner == home and who.is_staff_of(home),
    }
    return TEMPLATES.page(request, "organisations/record.html", values, no_store=bool(blocks))


def _owners(known: KnownOrganisation) -> set[str]:
    """Every owner that the record names."""
    linked = {link.owner for link in known.view.links}
    return {known.owner, *known.siren_conflict_with, *linked}
