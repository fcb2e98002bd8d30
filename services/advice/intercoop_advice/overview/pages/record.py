"""A request: as its own people read it, with whom it asks; and as everybody does."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request as HttpRequest
from starlette.responses import Response

from intercoop_advice.access import invitations_shown_to, their_request_or_none
from intercoop_advice.cooperatives.projections import contact_of, owner_names
from intercoop_advice.invitations.pages.shown import asks_us
from intercoop_advice.invitations.store.received import received_to
from intercoop_advice.overview.pages.asked import LATELY, LIST
from intercoop_advice.overview.pages.shown import OurRequest
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.request import Request
from intercoop_advice.requests.store.published import get_published
from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import page_router
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.unconfirmed import is_unconfirmed
from intercoop_contracts.advice import ADVICE_REQUESTS
from intercoop_contracts.advice.requests import MAX_INVITATIONS

NOT_THERE: Final = "No request has this id, or it was closed long ago: the list has the others"

router = page_router("advice")

Values = dict[str, Any]  # Any: a template's values


@router.get("/requests/{request_id:uuid}", summary="A request, with whom it asks")
async def show(
    request_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        ours = await their_request_or_none(request_id, who, context, tx)
        if ours is not None:
            name, values = "overview/ours_whole.html", await _ours(ours, context, tx)
        else:
            name = "overview/anybodys.html"
            values = await _anybodys(request_id, who, TEMPLATES.words(request), context, tx)
    values |= {"here": f"{LIST}/{request_id}", "home": context.settings.owner}
    return TEMPLATES.page(request, name, values)


async def _ours(request: Request, context: Context, tx: Transaction) -> Values:
    """Whom it asks is said, never who keeps silent."""
    of_state = {
        state: [each for each in request.invitations if each.state is state]
        for state in InvitationState
    }
    names = await owner_names({each.helper for each in request.invitations}, tx)
    return {
        "request": request,
        "view": request.view,
        "short": OurRequest.of(request, today(context)),
        "offers": of_state[InvitationState.OFFERED],
        "introduced": of_state[InvitationState.ACCEPTED],
        "past": [*of_state[InvitationState.WITHDRAWN], *of_state[InvitationState.NOT_TAKEN]],
        "contact": await contact_of(tx.owner, request.view.organisation_id, tx),
        "names": names,
        "waits": await is_unconfirmed(ADVICE_REQUESTS, request.id, tx),
        "may_invite": request.is_open and len(request.invitations) < MAX_INVITATIONS,
    }


async def _anybodys(
    request_id: UUID, who: Identity, said: Words, context: Context, tx: Transaction
) -> Values:
    published = await get_published(request_id, context.clock() - LATELY, tx)
    if published is None:
        raise NotFoundError(NOT_THERE)
    wanted = invitations_shown_to(who, None, context)
    received = await received_to(published.owner, request_id, wanted, tx)
    return {
        "published": published,
        "view": published.view,
        "invited": await asks_us(received, said, tx),
        "names": await owner_names({published.owner}, tx),
    }
