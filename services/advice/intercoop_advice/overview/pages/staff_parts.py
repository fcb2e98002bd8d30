"""Parts of the boards of staff: requests that nobody has answered, and how requests stand."""

from datetime import timedelta
from typing import Final

from fastapi import Depends
from markupsafe import Markup
from starlette.requests import Request

from intercoop_advice.overview.pages.asked import Tab, tab_address
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests.store import figures
from intercoop_chassis.auth import STEERING
from intercoop_chassis.auth.caller import staff
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.context import Context
from intercoop_chassis.http import today
from intercoop_chassis.pages import add_part, page_router

LONGEST: Final = 6
LATE: Final = 9
"""After so many days without an offer somebody should look: the first reminder was for nothing."""

_YEAR: Final = timedelta(days=365)

router = page_router("advice")


async def unanswered(request: Request, context: Context) -> Markup:
    """The part of `/my-day`: open requests without an offer, those that wait longest first."""
    async with context.db.read() as tx:
        found, total = await figures.unanswered(LONGEST, tx)
    day = today(context)
    rows = [(each, (day - day_in_france(each.asked_at)).days) for each in found]
    values = {"rows": rows, "total": total, "late": LATE, "whole": tab_address(Tab.OURS)}
    return TEMPLATES.markup(request, "overview/unanswered.html", values)


async def standing(request: Request, context: Context) -> Markup:
    """The part of `/steering`: requests by territory, open ones and those of twelve months."""
    since = context.clock() - _YEAR
    async with context.db.read() as tx:
        territories = await figures.by_territory(since, tx)
    values = {"territories": territories, "since": since, "whole": tab_address(Tab.OURS)}
    return TEMPLATES.markup(request, "overview/standing.html", values)


add_part(router, "unanswered", unanswered, Depends(staff))
add_part(router, "requests-standing", standing, STEERING)
