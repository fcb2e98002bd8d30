"""Parts of boards: who asks us, our requests with offers that wait, and requests that are found."""

from typing import Final

from markupsafe import Markup
from starlette.requests import Request

from intercoop_advice.access import acts_for_any, invitations_shown_to, is_staff, requests_shown_to
from intercoop_advice.cooperatives.projections import owner_names
from intercoop_advice.invitations.domain.received import ReceivedState
from intercoop_advice.invitations.pages.shown import asks_us
from intercoop_advice.invitations.store.received import count_waiting, list_received
from intercoop_advice.overview.pages.asked import LATELY, LIST, Tab, tab_address
from intercoop_advice.overview.pages.shown import OurRequest
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests.domain.likeness import looked_for
from intercoop_advice.requests.store.found import count_found, search
from intercoop_advice.requests.store.own import list_requests
from intercoop_advice.requests.store.published import BoardFilter
from intercoop_chassis.auth import MEMBER
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.http import today
from intercoop_chassis.pages import add_part, address, asked_for, page_router
from intercoop_contracts.advice import RequestState

BEST: Final = 8
LATEST: Final = 3
_COUNTED: Final = 100

router = page_router("advice")


async def asking_us(request: Request, context: Context) -> Markup:
    """The part of the home page: invitations that nobody here has replied to."""
    who: Identity = request.state.who
    wanted = invitations_shown_to(who, ReceivedState.INVITED, context)
    organisations = None if is_staff(who, context) else sorted(who.organisations)
    async with context.db.read() as tx:
        found = await list_received(wanted, None, LATEST, tx)
        rows = await asks_us(found, TEMPLATES.words(request), tx)
        total = await count_waiting(organisations, _COUNTED, tx)
    values = {"rows": rows, "total": total, "whole": tab_address(Tab.US)}
    return TEMPLATES.markup(request, "overview/asking_us.html", values)


async def ours(request: Request, context: Context) -> Markup:
    """The part of the home page: our open requests, those with offers that wait first."""
    who: Identity = request.state.who
    wanted = requests_shown_to(who, RequestState.OPEN, context)
    async with context.db.read() as tx:
        found = await list_requests(wanted, None, _COUNTED, tx)
    rows = [OurRequest.of(each.request, today(context)) for each in found]
    first = sorted(rows, key=lambda row: not row.offers)[:LATEST]
    values = {
        "rows": first,
        "total": len(rows),
        "whole": tab_address(Tab.OURS),
        "may_ask": acts_for_any(who, context),
    }
    return TEMPLATES.markup(request, "overview/ours.html", values)


async def found(request: Request, context: Context) -> Markup:
    """The part of `/search`: the eight newest requests with these words, and how many there are."""
    asked = asked_for(request)
    words, wanted = looked_for(asked), BoardFilter(context.clock() - LATELY)
    async with context.db.read() as tx:
        best = await search(words, wanted, None, BEST, tx) if words else []
        total = await count_found(words, wanted, tx) if words else 0
        names = await owner_names({each.owner for each in best}, tx)
    values = {
        "best": best,
        "total": total,
        "whole": address(LIST, {"tab": Tab.ALL, "q": asked}),
        "home": context.settings.owner,
        "names": names,
    }
    return TEMPLATES.markup(request, "overview/found.html", values)


add_part(router, "asking-us", asking_us, MEMBER)
add_part(router, "our-requests", ours, MEMBER)
add_part(router, "requests-found", found, MEMBER)
