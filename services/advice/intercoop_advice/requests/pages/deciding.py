"""An offer is accepted, or done without; either is asked about first, on a page of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request as HttpRequest
from starlette.responses import Response

from intercoop_advice.access import their_request
from intercoop_advice.cooperatives.projections import contact_of, owner_names
from intercoop_advice.rendering import TEMPLATES
from intercoop_advice.requests import handlers
from intercoop_advice.requests.domain.invitation import Invitation, InvitationState
from intercoop_advice.requests.store import own
from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, done, new_once, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import OfferVerdict

ACCEPTED: Final = N_("You are introduced to %(name)s: each has the other's public contact.")
NOT_TAKEN: Final = N_("%(name)s is told that you do without its offer.")
_LONGEST: Final = 80
_OK, _CONFLICT = 200, 409
_WORDS: Final = {OfferVerdict.ACCEPTED: "accept", OfferVerdict.NOT_TAKEN: "not-taken"}

router = page_router("advice")


@dataclass(frozen=True, slots=True)
class Decision:
    """A word on an offer, and whose request it is about."""

    request_id: UUID
    invitation_id: UUID
    verdict: OfferVerdict

    @property
    def back(self) -> str:
        return f"/advice/requests/{self.request_id}"

    @property
    def address(self) -> str:
        return f"{self.back}/offers/{self.invitation_id}/{_WORDS[self.verdict]}"


@router.get(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/accept", summary="Accept an offer?"
)
async def ask_accept(
    request_id: UUID,
    invitation_id: UUID,
    request: HttpRequest,
    who: Caller,
    context: RequestContext,
) -> Response:
    decision = Decision(request_id, invitation_id, OfferVerdict.ACCEPTED)
    return await _page(decision, request, who, context)


@router.post(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/accept",
    summary="Accept an offer, and exchange contacts",
)
async def accept(
    request_id: UUID,
    invitation_id: UUID,
    request: HttpRequest,
    who: Caller,
    context: RequestContext,
) -> Response:
    decision = Decision(request_id, invitation_id, OfferVerdict.ACCEPTED)
    return await _decide(decision, request, who, context)


@router.get(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/not-taken",
    summary="Do without an offer?",
)
async def ask_not_taken(
    request_id: UUID,
    invitation_id: UUID,
    request: HttpRequest,
    who: Caller,
    context: RequestContext,
) -> Response:
    decision = Decision(request_id, invitation_id, OfferVerdict.NOT_TAKEN)
    return await _page(decision, request, who, context)


@router.post(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/not-taken",
    summary="Do without an offer",
)
async def not_taken(
    request_id: UUID,
    invitation_id: UUID,
    request: HttpRequest,
    who: Caller,
    context: RequestContext,
) -> Response:
    decision = Decision(request_id, invitation_id, OfferVerdict.NOT_TAKEN)
    return await _decide(decision, request, who, context)


async def _decide(
    decision: Decision, request: HttpRequest, who: Identity, context: Context
) -> Response:
    """Once; where the offer is another one than was read, that one is asked about."""
    typed = await typed_in(request)

    async def work(tx: Transaction) -> Done:
        await their_request(decision.request_id, who, context, tx)
        about = {**typed, "offer": decision.address}
        return await once(tx, who, about, lambda: _decided(decision, typed, tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        return await _page(decision, request, who, context, status=_CONFLICT)
    return done(request, outcome.address, outcome.flash)


async def _decided(decision: Decision, typed: Mapping[str, str], tx: Transaction) -> Done:
    locked = await own.lock(decision.request_id, tx)
    read = locked.invitation(decision.invitation_id) if locked else None
    if read and read.offer and str(read.offer.revision) != typed.get("revision"):
        raise ConflictError("The offer has changed meanwhile: read it again")
    after = await handlers.answer(decision.request_id, decision.invitation_id, decision.verdict, tx)
    named = after.invitation(decision.invitation_id)
    text = ACCEPTED if decision.verdict is OfferVerdict.ACCEPTED else NOT_TAKEN
    flash = Flash(text=text, values={"name": named.name[:_LONGEST] if named else ""})
    return Done(address=decision.back, flash=flash)


async def _page(
    decision: Decision,
    request: HttpRequest,
    who: Identity,
    context: Context,
    *,
    status: int = _OK,
) -> Response:
    """What is asked, whom it touches; and where the offer waits no more, what became of it."""
    async with context.db.read() as tx:
        asking = await their_request(decision.request_id, who, context, tx)
        one = _named(asking.invitation(decision.invitation_id))
        names = await owner_names({one.helper}, tx)
        contact = await contact_of(tx.owner, asking.view.organisation_id, tx)
        theirs = await contact_of(one.helper, one.organisation_id, tx)
    values: dict[str, Any] = {  # Any: a template's values
        "view": asking.view,
        "one": one,
        "waits": one.state is InvitationState.OFFERED,
        "is_changed": status == _CONFLICT,
        "is_known": theirs is not None,
        "is_accepting": decision.verdict is OfferVerdict.ACCEPTED,
        "contact": contact,
        "owner": "" if one.helper == context.settings.owner else names[one.helper],
        "once": new_once(),
        "back": decision.back,
        "here": decision.address,
    }
    return TEMPLATES.page(request, "requests/decide.html", values, status=status)


def _named(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        raise NotFoundError("This request has no such invitation: read it to find the right one")
    return invitation
