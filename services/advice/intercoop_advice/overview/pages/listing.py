"""Peer advice in three tabs: who asks us, what we asked, and what the whole network asks."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Request as HttpRequest
from starlette.responses import Response

from intercoop_advice.access import acts_for_any, invitations_shown_to, is_staff, requests_shown_to
from intercoop_advice.cooperatives.projections import owner_names
from intercoop_advice.invitations.domain.received import ReceivedState
from intercoop_advice.invitations.pages.shown import asks_us
from intercoop_advice.invitations.store.received import (
    ReceivedPosition,
    count_waiting,
    list_received,
)
from intercoop_advice.overview.pages.asked import LATELY, LIST, Asked, Tab, tab_address
from intercoop_advice.overview.pages.shown import OurRequest
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests.domain.likeness import looked_for
from intercoop_advice.requests.store.found import count_found, search
from intercoop_advice.requests.store.own import RequestPosition, count_offered, list_requests
from intercoop_advice.requests.store.published import (
    BoardFilter,
    BoardPosition,
    PublishedRequest,
    list_published,
)
from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, gathered, today
from intercoop_chassis.pages import page_router
from intercoop_chassis.postgres import Transaction

COUNTED: Final = 100
"""A tab says how much waits up to so many."""

router = page_router("advice")

Values = dict[str, Any]  # Any: a template's values


@router.get("/requests", summary="Who asks us, what we asked, what the network asks")
async def index(
    request: HttpRequest,
    who: Caller,
    asked: Annotated[Asked, gathered(Asked)],
    context: RequestContext,
) -> Response:
    here = replace(asked, tab=asked.tab or (Tab.US if acts_for_any(who, context) else Tab.ALL))
    async with context.db.read() as tx:
        waiting = await _waiting(who, context, tx)
        match here.tab:
            case Tab.US:
                values = await _us(here, request, who, context, tx)
            case Tab.OURS:
                values = await _ours(here, who, context, tx)
            case _:
                values = await _all(here, context, tx)
    common: Values = {
        "asked": here,
        "tabs": [(tab, tab_address(tab), waiting.get(tab, 0)) for tab in Tab],
        "may_ask": acts_for_any(who, context),
        "says_who": is_staff(who, context) or len(who.organisations) > 1,
        "home": context.settings.owner,
        "here": LIST,
        "counted": COUNTED,
    }
    if here.tab is Tab.ALL and _is_typing(request):
        part = TEMPLATES.part(request, "overview/board.html", {**common, **values})
        part.headers["HX-Replace-Url"] = here.address()
        return part
    return TEMPLATES.page(request, "overview/list.html", {**common, **values})


def _is_typing(request: HttpRequest) -> bool:
    """Whether the search's own script asks for what is found, and for nothing around it."""
    return request.headers.get("hx-request-type") == "partial"


async def _waiting(who: Identity, context: Context, tx: Transaction) -> dict[Tab, int]:
    """How much waits for this visitor in each tab."""
    if not acts_for_any(who, context):
        return {}
    organisations = None if is_staff(who, context) else sorted(who.organisations)
    return {
        Tab.US: await count_waiting(organisations, COUNTED, tx),
        Tab.OURS: await count_offered(organisations, COUNTED, tx),
    }


async def _us(
    asked: Asked, request: HttpRequest, who: Identity, context: Context, tx: Transaction
) -> Values:
    state = None if asked.earlier else ReceivedState.INVITED
    wanted = invitations_shown_to(who, state, context)._replace(without_waiting=asked.earlier)
    page = asked.page
    found = await list_received(wanted, page.after(ReceivedPosition), page.fetch, tx)
    shown = page.of(
        found, lambda each: ReceivedPosition(each.invitation.id), lambda each: each.bytes
    )
    rows = await asks_us(shown.items, TEMPLATES.words(request), tx)
    names = await owner_names({row.invitation.owner for row in rows}, tx)
    return {"rows": rows, "names": names, "next": _next(asked, shown.next)}


async def _ours(asked: Asked, who: Identity, context: Context, tx: Transaction) -> Values:
    page, wanted = asked.page, requests_shown_to(who, None, context)
    found = await list_requests(wanted, page.after(RequestPosition), page.fetch, tx)
    shown = page.of(found, lambda each: RequestPosition(each.request.id), lambda each: each.bytes)
    rows = [OurRequest.of(each.request, today(context)) for each in shown.items]
    return {"rows": rows, "names": {}, "next": _next(asked, shown.next)}


async def _all(asked: Asked, context: Context, tx: Transaction) -> Values:
    page, wanted = asked.page, BoardFilter(context.clock() - LATELY, asked.state)
    words = looked_for(asked.q)
    after = page.after(BoardPosition)
    found: list[PublishedRequest] = []
    if words:
        found = await search(words, wanted, after, page.fetch, tx)
    elif not asked.q.strip():
        found = await list_published(wanted, after, page.fetch, tx)
    shown = page.of(found, lambda each: BoardPosition(each.id, each.owner), lambda each: each.bytes)
    names = await owner_names({each.owner for each in shown.items}, tx)
    total = await count_found(words, wanted, tx) if words else None
    return {
        "rows": shown.items,
        "names": names,
        "total": total,
        "next": _next(asked, shown.next),
    }


def _next(asked: Asked, cursor: str | None) -> str:
    return asked.address(cursor=cursor) if cursor else ""
