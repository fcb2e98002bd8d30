"""One's own co-operative: its record, its people, what it offers, and whom to ask for a change."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import address, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.parts import places
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import Reader
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.domain.links import affiliation_on
from intercoop_directory.organisations.domain.views import links_of
from intercoop_directory.organisations.pages.in_short import in_short
from intercoop_directory.organisations.store.known import get_known
from intercoop_directory.organisations.store.owners import owner_names
from intercoop_directory.roster.pages.rendering import MINE, TEMPLATES, page
from intercoop_directory.roster.store.listing import people_of
from intercoop_directory.standings import handlers as standings

ABOUT: Final = N_("The record of %(name)s")

router = page_router("directory")


@router.get("/mine", summary="One's own co-operative")
async def show(
    request: Request,
    who: Reader,
    context: RequestContext,
    of: Annotated[UUID | None, Query()] = None,
) -> Response:
    day = today(context)
    async with context.db.read() as tx:
        ours = await _ours(who, tx)
        known = _chosen(ours, of)
        people = await people_of(known.id, day, tx) if known else []
        affiliation = affiliation_on(links_of(known.view), day) if known else None
        owners = {affiliation.union, *affiliation.federations} - {None} if affiliation else set()
        names = await owner_names([owner for owner in owners if owner], tx)
        staffs_address = await _address_of_staff(tx)
    values: dict[str, Any] = {  # Any: a template's values
        "ours": ours,
        "known": known,
        "people": people,
        "affiliation": affiliation,
        "owner_names": names,
        "in_short": in_short(request, known.view) if known else "",
        "staffs_address": staffs_address,
        "here": MINE,
        "places": await places(request, MINE) if known else [],
        "query": address("", {"of": str(known.id)}) if known else "",
    }
    if known:
        about = TEMPLATES.words(request).gettext(ABOUT) % {"name": known.view.name}
        values["mail_query"] = address("", {"subject": about}).replace("+", "%20")
    return page(request, "mine.html", values)


async def _ours(who: Identity, tx: Transaction) -> Sequence[KnownOrganisation]:
    """Those of which somebody reads the record, by name."""
    found = [await get_known(each, tx) for each in sorted(who.reads | who.organisations)]
    known = [one for one in found if one is not None]
    return sorted(known, key=lambda one: (one.view.name, one.id))


def _chosen(ours: Sequence[KnownOrganisation], of: UUID | None) -> KnownOrganisation | None:
    """The one that is asked for, or the only one. Raises `NotFoundError` for another's."""
    if of is None:
        return ours[0] if len(ours) == 1 else None
    chosen = next((one for one in ours if one.id == of), None)
    if chosen is None:
        raise NotFoundError("There is no such co-operative, or it is not yours")
    return chosen


async def _address_of_staff(tx: Transaction) -> str:
    """The public contact of the instance's own organisation, empty where it has none."""
    own = (await standings.instance(tx)).organisation_id
    known = await get_known(own, tx) if own else None
    return known.view.contact.email or "" if known else ""
