"""The question, why us, and help offered in a few words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request as HttpRequest
from pydantic import ConfigDict, Field
from starlette.responses import Response

from intercoop_advice.access import readable_invitation, their_invitation
from intercoop_advice.cooperatives.projections import contact_of, owner_names
from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.received import ReceivedInvitation, ReceivedState
from intercoop_advice.invitations.pages.shown import asks_us
from intercoop_advice.invitations.store import received as store
from intercoop_advice.rendering import TEMPLATES
from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import Body, LongText
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.unconfirmed import is_unconfirmed
from intercoop_contracts.advice import OFFERS

OFFERED: Final = N_("Your offer is with %(name)s. You are told what it answers.")
_LONGEST: Final = 80
_OK, _WRONG, _CONFLICT = 200, 422, 409
_MAY_OFFER: Final = {
    ReceivedState.INVITED,
    ReceivedState.DECLINED,
    ReceivedState.OFFERED,
    ReceivedState.WITHDRAWN,
}

router = page_router("advice")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes, to which invitation."""

    invitation_id: UUID
    request: HttpRequest
    who: Identity
    context: Context


class OfferForm(Body):
    """What the form sends."""

    model_config = ConfigDict(extra="ignore")

    text: LongText = Field(min_length=1)


@router.get("/invitations/{invitation_id:uuid}", summary="Who asks us, and why")
async def show(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    return await _page(Visit(invitation_id, request, who, context))


@router.post("/invitations/{invitation_id:uuid}", summary="Offer help")
async def offer(
    invitation_id: UUID, request: HttpRequest, who: Caller, context: RequestContext
) -> Response:
    visit = Visit(invitation_id, request, who, context)
    typed, said = await typed_in(request), TEMPLATES.words(request)
    form = bind(OfferForm, typed, said)
    if form.model is None:
        return await _page(visit, form, _WRONG)
    words = form.model.text

    async def work(tx: Transaction) -> Done | Refused:
        await their_invitation(invitation_id, who, context, tx)
        about = {**typed, "invitation": str(invitation_id)}
        return await once(tx, who, about, lambda: _offered(invitation_id, words, typed, tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        return await _page(visit, form, _CONFLICT)
    if isinstance(outcome, Refused):
        refused = form.refused(outcome, said)
        return await _page(visit, refused, _WRONG)
    return done(request, outcome.address, outcome.flash)


async def _offered(
    invitation_id: UUID, words: str, typed: Mapping[str, str], tx: Transaction
) -> Done | Refused:
    """Nobody's words are written over by whoever has not read them."""
    copy = await store.lock_request_of(invitation_id, tx)
    known = await store.lock(invitation_id, tx)
    if known and typed.get("revision") != str(_revision(known)):
        raise ConflictError("Somebody has replied meanwhile: read it")
    after = await handlers.offer(invitation_id, words, tx)
    if isinstance(after, Refused):
        return after
    name = copy.view.organisation_name if copy else ""
    flash = Flash(text=OFFERED, values={"name": name[:_LONGEST]})
    return Done(address=f"/advice/invitations/{invitation_id}", flash=flash)


def _revision(invitation: ReceivedInvitation) -> int:
    return invitation.offer.revision if invitation.offer else 0


async def _page(visit: Visit, form: Form[OfferForm] | None = None, status: int = _OK) -> Response:
    request, context = visit.request, visit.context
    async with context.db.read() as tx:
        shown = await readable_invitation(visit.invitation_id, visit.who, context, tx)
        one = shown.invitation
        (row,) = await asks_us([shown], TEMPLATES.words(request), tx)
        names = await owner_names({one.owner}, tx)
        contact = await contact_of(tx.owner, one.organisation_id, tx)
        waits = await is_unconfirmed(OFFERS, one.id, tx)
    known = one.offer.text if one.offer and one.offer.is_live else ""
    values: dict[str, Any] = {  # Any: a template's values
        "one": one,
        "row": row,
        "view": shown.request,
        "contact": contact,
        "owner": "" if one.owner == context.settings.owner else names[one.owner],
        "form": form or Form({"text": known}),
        "is_changed": status == _CONFLICT,
        "may_offer": one.state in _MAY_OFFER and not one.is_closed,
        "revision": _revision(one),
        "waits": waits,
        "once": new_once(),
        "here": f"/advice/invitations/{one.id}",
    }
    return TEMPLATES.page(request, "invitations/invitation.html", values, status=status)
