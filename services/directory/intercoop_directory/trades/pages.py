"""What a field for a trade offers while somebody types."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import Templates, page_router
from intercoop_directory.access import Reader
from intercoop_directory.trades.domain import LONGEST_QUERY
from intercoop_directory.trades.handlers import nomenclature

_MOST: Final = 8
_LEAST_LETTERS: Final = 2
_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)

_router = page_router("directory")


@_router.get("/parts/trades", summary="Trades for what is typed")
async def options(
    request: Request,
    _: Reader,
    q: Annotated[str, Query(max_length=LONGEST_QUERY, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    found = nomenclature().codes_like(q, _MOST) if len(q.strip()) >= _LEAST_LETTERS else []
    return _TEMPLATES.part(request, "trades/options.html", {"trades": found})


def pages(_: Context) -> APIRouter:
    return _router
