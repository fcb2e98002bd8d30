"""The asker's word on offers."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Response

from intercoop_advice.access import their_request
from intercoop_advice.requests import handlers
from intercoop_advice.requests.api.answers import RequestAnswer, answered
from intercoop_advice.requests.domain.request import Request
from intercoop_chassis.auth import Caller
from intercoop_chassis.http import Once, RequestContext, gathered, service_router
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import OfferVerdict

router = service_router("advice")


@dataclass(frozen=True, slots=True)
class Decider:
    """The caller who decides about an offer."""

    who: Caller
    once: Once
    context: RequestContext

    async def decide(
        self, request_id: UUID, invitation_id: UUID, verdict: OfferVerdict
    ) -> Response:
        async def work(tx: Transaction) -> Request:
            await their_request(request_id, self.who, self.context, tx)
            return await handlers.answer(request_id, invitation_id, verdict, tx)

        return await self.once.run(self.context.db, work, answered)


Deciding = Annotated[Decider, gathered(Decider)]


@router.post(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/accept",
    response_model=RequestAnswer,
    summary="Accept an offer",
)
async def accept(request_id: UUID, invitation_id: UUID, decider: Deciding) -> Response:
    """The asker's people, and staff. Both sides get the other's public contact."""
    return await decider.decide(request_id, invitation_id, OfferVerdict.ACCEPTED)


@router.post(
    "/requests/{request_id:uuid}/offers/{invitation_id:uuid}/not-taken",
    response_model=RequestAnswer,
    summary="Do without an offer",
)
async def not_taken(request_id: UUID, invitation_id: UUID, decider: Deciding) -> Response:
    """The asker's people, and staff. The helper is told."""
    return await decider.decide(request_id, invitation_id, OfferVerdict.NOT_TAKEN)
