"""What a field for a commune offers while somebody types."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http.request_context import RequestContext
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import Templates, page_router
from intercoop_directory.access import Reader
from intercoop_directory.communes.store import suggest

_MOST: Final = 8
_LEAST_LETTERS: Final = 2
_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)

_router = page_router("directory")


@_router.get("/parts/communes", summary="Communes for what is typed")
async def options(
    request: Request,
    _: Reader,
    context: RequestContext,
    q: Annotated[str, Query(max_length=100, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    if len(q.strip()) < _LEAST_LETTERS:
        return _TEMPLATES.part(request, "communes/options.html", {"communes": []})
    async with context.db.read() as tx:
        found = await suggest(q, _MOST, tx)
    return _TEMPLATES.part(request, "communes/options.html", {"communes": found})


def pages(_: Context) -> APIRouter:
    return _router
