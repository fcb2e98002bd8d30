"""What fields for a place or a host offer while somebody types."""

from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import page_router
from intercoop_events.agenda.pages.rendering import TEMPLATES
from intercoop_events.organisations.store import find, suggested_places

_LEAST_LETTERS: Final = 2

router = page_router("events")


@router.get("/parts/places", summary="Places for what is typed")
async def places(
    request: Request,
    _: Caller,
    context: RequestContext,
    q: Annotated[str, Query(max_length=100, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    if len(q.strip()) < _LEAST_LETTERS:
        return TEMPLATES.part(request, "agenda/options.html", {"places": []})
    async with context.db.read() as tx:
        found = await suggested_places(q, tx)
    return TEMPLATES.part(request, "agenda/options.html", {"places": found})


@router.get("/parts/organisations", summary="Organisations for what is typed")
async def hosts(
    request: Request,
    _: Caller,
    context: RequestContext,
    q: Annotated[str, Query(max_length=200, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    if len(q.strip()) < _LEAST_LETTERS:
        return TEMPLATES.part(request, "agenda/organisations.html", {"found": []})
    async with context.db.read() as tx:
        found = await find(q, tx)
    return TEMPLATES.part(request, "agenda/organisations.html", {"found": found})
