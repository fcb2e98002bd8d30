"""`/search`: one field over all services, each with its best results in a slot of the board."""

import re
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.pages.parts import places
from intercoop_chassis.pages.paths import address
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates
from intercoop_chassis.spelling import one_line
from intercoop_contracts.pages import EXACT

SEARCH: Final = "/search"
LONGEST: Final = 200
_BETWEEN: Final = re.compile(r"[\s.]+")
_TEMPLATES: Final = Templates(CHASSIS_TEMPLATES)


def asked_for(request: Request) -> str:
    """What a page or a part is asked to look for (`q`): one line, 200 letters at most."""
    return " ".join(one_line(request.query_params.get("q", ""))[:LONGEST].split())


async def search(request: Request, _: Caller) -> Response:
    """What every service has found; where the search names one thing, that very thing."""
    asked = asked_for(request)
    exact = _exact(asked)
    if exact:
        return RedirectResponse(exact, 303)
    values = {
        "asked": asked,
        "places": await places(request, SEARCH) if asked else [],
        "query": address("", {"q": asked}),
    }
    return _TEMPLATES.page(request, "search.html", values)


def _exact(asked: str) -> str | None:
    joined = _BETWEEN.sub("", asked)
    found = (one.address for one in EXACT if re.fullmatch(one.pattern, joined))
    start = next(found, None)
    return start + quote(joined) if start else None
