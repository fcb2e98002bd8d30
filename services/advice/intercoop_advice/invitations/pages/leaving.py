"""A request is left to others, or an offer taken back; either is asked about first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from intercoop_advice.access import readable_invitation, their_invitation
from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.received import ReceivedInvitation, ReceivedState
from intercoop_advice.rendering import TEMPLATES
from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, done, new_once, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction

LEFT: Final = N_("You leave this request to others. Nobody else learns of it.")
TAKEN_BACK: Final = N_("Your offer is taken back.")
LIST: Final = "/advice/requests?tab=us"

Act = Callable[[UUID, Transaction], Awaitable[ReceivedInvitation]]

router = page_router("advice")


@dataclass(frozen=True, slots=True)
class Leaving:
    """One of the two: its word in addresses, in which state it can be, what does it."""

    word: str
    possible: ReceivedState
    act: Act
    said: str

    def onward(self, invitation_id: UUID) -> str:
        """What one declined is no more in one's list."""
        here = f"/advice/invitations/{invitation_id}"
        return LIST if self.possible is ReceivedState.INVITED else here


DECLINING: Final = Leaving("decline", ReceivedState.INVITED, handlers.decline, LEFT)
WITHDRAWING: Final = Leaving("withdraw", ReceivedState.OFFERED, handlers.withdraw, TAKEN_BACK)


@router.get("/invitations/{invitation_id:uuid}/decline", summary="Leave a request to others?")
async def ask_decline(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    return await _page(DECLINING, invitation_id, request, who, context)


@router.post("/invitations/{invitation_id:uuid}/decline", summary="Leave a request to others")
async def decline(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    return await _leave(DECLINING, invitation_id, request, who, context)


@router.get("/invitations/{invitation_id:uuid}/withdraw", summary="Take an offer back?")
async def ask_withdraw(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    return await _page(WITHDRAWING, invitation_id, request, who, context)


@router.post("/invitations/{invitation_id:uuid}/withdraw", summary="Take an offer back")
async def withdraw(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    return await _leave(WITHDRAWING, invitation_id, request, who, context)


async def _page(
    leaving: Leaving, invitation_id: UUID, request: HttpRequest, who: Identity, context: Context
) -> Response:
    here = f"/advice/invitations/{invitation_id}"
    async with context.db.read() as tx:
        shown = await readable_invitation(invitation_id, who, context, tx)
    if shown.invitation.state is not leaving.possible:
        return RedirectResponse(here, 303)
    values: dict[str, Any] = {  # Any: a template's values
        "view": shown.request,
        "one": shown.invitation,
        "is_declining": leaving is DECLINING,
        "once": new_once(),
        "back": here,
        "here": f"{here}/{leaving.word}",
    }
    return TEMPLATES.page(request, "invitations/leave.html", values)


async def _leave(
    leaving: Leaving, invitation_id: UUID, request: HttpRequest, who: Identity, context: Context
) -> Response:
    typed = await typed_in(request)

    async def act(tx: Transaction) -> Done:
        await leaving.act(invitation_id, tx)
        return Done(address=leaving.onward(invitation_id), flash=Flash(text=leaving.said))

    async def work(tx: Transaction) -> Done:
        await their_invitation(invitation_id, who, context, tx)
        about = {**typed, leaving.word: str(invitation_id)}
        return await once(tx, who, about, lambda: act(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)
