"""An organiser's public page: its meetings that are open to everybody, without signing in."""

from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import Slug
from intercoop_chassis.pages import page_router
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.calendars.store import is_organiser
from intercoop_events.meetings.store.known import MeetingFilter, list_meetings
from intercoop_events.organisations import store as organisations

MOST: Final = 100

router = page_router("events")


@router.get("/public", dependencies=[ANYONE], summary="This union's meetings for everybody")
async def own(request: Request, context: RequestContext) -> Response:
    return await _page(context.settings.owner, request, context)


@router.get("/public/{organiser}", dependencies=[ANYONE], summary="An organiser's, for everybody")
async def of_organiser(organiser: Slug, request: Request, context: RequestContext) -> Response:
    return await _page(organiser, request, context)


async def _page(organiser: str, request: Request, context: Context) -> Response:
    """What is coming, of whomever this instance knows. Raises `NotFoundError`."""
    async with context.db.read() as tx:
        if not await is_organiser(organiser, tx):
            raise NotFoundError("No organiser of this short name is known here")
        filters = MeetingFilter(since=context.clock(), owner=organiser, is_open=True)
        found = await list_meetings(filters, None, MOST, tx)
        hosts = await organisations.get_all(
            {each.view.host for each in found if each.view.host}, tx
        )
        organisation = await organisations.organisation_of(organiser, tx)
        names = await organisations.owner_names({organiser}, tx)
    values: dict[str, Any] = {  # Any: a template's values
        **common(request, context.settings.owner, names),
        "organiser": organiser,
        "name": names.get(organiser, organiser),
        "found": found,
        "hosts": hosts,
        "contact": organisation.view.contact if organisation else None,
        "now": context.clock(),
    }
    return TEMPLATES.page(request, "agenda/public.html", values)
