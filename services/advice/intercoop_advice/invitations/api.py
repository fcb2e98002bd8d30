"""Invitations that this instance's co-operatives received, and what they make of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from intercoop_advice.access import invitations_shown_to, readable_invitation, their_invitation
from intercoop_advice.answers import OfferedHelp, PublicRequest, public
from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.received import ReceivedInvitation, ReceivedState
from intercoop_advice.invitations.store.received import (
    InvitationWithRequest,
    ReceivedPosition,
    list_received,
)
from intercoop_chassis.auth import Caller
from intercoop_chassis.context import Context
from intercoop_chassis.http import (
    Answer,
    Once,
    Page,
    Paging,
    RequestContext,
    gathered,
    granted,
    service_router,
)
from intercoop_chassis.http.texts import Body, LongText
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import PublicContact

_OFFER: dict[str, JsonValue] = {"text": "Nous avons de la place : venez voir."}

Act = Callable[[Transaction], Awaitable[ReceivedInvitation]]

router = service_router("advice")


class OfferBody(Body):
    """Help, in a few words. The asker reads them: write nothing about a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OFFER]})

    text: LongText = Field(min_length=1)


class ReceivedRequest(PublicRequest):
    """The request, as its owner publishes it."""

    owner: str = Field(description="The asker's owner", examples=["auvergne"])


class ReceivedAnswer(BaseModel):
    """An invitation of one of your co-operatives. `declined` is shown to staff only."""

    id: UUID
    organisation_id: UUID = Field(description="The co-operative that is asked")
    state: ReceivedState
    request: ReceivedRequest
    offer: OfferedHelp | None = Field(description="Your offer, while there is one")
    contact: PublicContact | None = Field(description="The asker's, once it accepted")

    @classmethod
    def of(cls, shown: InvitationWithRequest) -> Self:
        invitation = shown.invitation
        fields = public(invitation.request_id, shown.request)
        return cls(
            id=invitation.id,
            organisation_id=invitation.organisation_id,
            state=invitation.state,
            request=ReceivedRequest.model_validate({**fields, "owner": invitation.owner}),
            offer=OfferedHelp.of(invitation.offer),
            contact=invitation.contact,
        )


@router.get("/invitations", summary="List who asks your co-operatives, the newest first")
async def index(
    who: Caller,
    page: Paging,
    context: RequestContext,
    state: Annotated[ReceivedState | None, Query(description="`declined`: staff")] = None,
) -> Page[ReceivedAnswer]:
    """What was declined is no longer in it. Staff see everything of this instance."""
    wanted = invitations_shown_to(who, state, context)
    async with context.db.read() as tx:
        after = page.after(ReceivedPosition)
        found = await list_received(wanted, after, page.fetch, tx)
    shown = page.of(found, _position, lambda listed: listed.bytes)
    return Page(items=[ReceivedAnswer.of(listed) for listed in shown.items], next=shown.next)


@router.get("/invitations/{invitation_id:uuid}", summary="Read an invitation")
async def show(invitation_id: UUID, who: Caller, context: RequestContext) -> ReceivedAnswer:
    """Your co-operatives' own; staff read everybody's of this instance."""
    async with context.db.read() as tx:
        return ReceivedAnswer.of(await readable_invitation(invitation_id, who, context, tx))


@dataclass(frozen=True, slots=True)
class Replier:
    """The caller who replies to an invitation."""

    who: Caller
    once: Once
    context: RequestContext

    async def reply(self, invitation_id: UUID, act: Act) -> Response:
        async def work(tx: Transaction) -> InvitationWithRequest:
            shown = await their_invitation(invitation_id, self.who, self.context, tx)
            return replace(shown, invitation=await act(tx))

        def answer(shown: InvitationWithRequest) -> Answer:
            return Answer(ReceivedAnswer.of(shown), status=200)

        return await self.once.run(self.context.db, work, answer)


Replying = Annotated[Replier, gathered(Replier)]


@router.post(
    "/invitations/{invitation_id:uuid}/offer",
    response_model=ReceivedAnswer,
    summary="Offer help",
)
async def offer(invitation_id: UUID, body: OfferBody, replier: Replying) -> Response:
    """People of the co-operative that is asked, and staff; also after a decline.

    Other words are a new offer, which the asker has to accept anew.
    """

    async def act(tx: Transaction) -> ReceivedInvitation:
        return granted(await handlers.offer(invitation_id, body.text, tx))

    return await replier.reply(invitation_id, act)


@router.post(
    "/invitations/{invitation_id:uuid}/decline",
    response_model=ReceivedAnswer,
    summary="Leave it to others",
)
async def decline(invitation_id: UUID, replier: Replying) -> Response:
    """People of the co-operative that is asked, and staff. The asker never hears of it."""
    return await replier.reply(invitation_id, lambda tx: handlers.decline(invitation_id, tx))


@router.post(
    "/invitations/{invitation_id:uuid}/withdraw",
    response_model=ReceivedAnswer,
    summary="Take an offer back",
)
async def withdraw(invitation_id: UUID, replier: Replying) -> Response:
    """People of the co-operative that is asked, and staff; until they are introduced."""
    return await replier.reply(invitation_id, lambda tx: handlers.withdraw(invitation_id, tx))


def _position(listed: InvitationWithRequest) -> ReceivedPosition:
    return ReceivedPosition(listed.invitation.id)


def routes(_: Context) -> APIRouter:
    return router
