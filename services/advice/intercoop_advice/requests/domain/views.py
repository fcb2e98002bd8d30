"""What is published of a request beside itself: its people's view, and answers to offers."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from intercoop_advice.exchange import AskersAnswer
from intercoop_advice.peer_advice import TELL
from intercoop_advice.requests.domain.invitation import Invitation, InvitationState
from intercoop_advice.requests.domain.request import Request
from intercoop_contracts.advice import (
    CounterpartView,
    OfferAnswerView,
    PeerAdviceState,
    PeerAdviceView,
    Side,
)

_OF_INVITATION: Final = {
    InvitationState.OFFERED: PeerAdviceState.OFFERED,
    InvitationState.ACCEPTED: PeerAdviceState.INTRODUCED,
    InvitationState.NOT_TAKEN: PeerAdviceState.NOT_TAKEN,
    InvitationState.WITHDRAWN: PeerAdviceState.WITHDRAWN,
}
"""Who keeps silent, or declined, is nobody's counterpart."""


def askers_view(request: Request) -> PeerAdviceView:
    return PeerAdviceView(
        request_id=request.id,
        organisation_id=request.view.organisation_id,
        side=Side.ASKER,
        state=_askers_state(request),
        title=request.view.title,
        counterparts=tuple(_counterparts(request.invitations)),
        tell=TELL,
        organisation_name=request.view.organisation_name,
    )


def answer_view(request_id: UUID, helper: str, answer: AskersAnswer) -> OfferAnswerView:
    return OfferAnswerView(
        helper=helper,
        request_id=request_id,
        offer_revision=answer.offer_revision,
        verdict=answer.verdict,
    )


def _askers_state(request: Request) -> PeerAdviceState:
    if not request.is_open:
        return PeerAdviceState.CLOSED
    states = {invitation.state for invitation in request.invitations}
    if InvitationState.OFFERED in states:
        return PeerAdviceState.OFFERED
    return (
        PeerAdviceState.INTRODUCED if InvitationState.ACCEPTED in states else PeerAdviceState.ASKED
    )


def _counterparts(invitations: Iterable[Invitation]) -> Iterable[CounterpartView]:
    for invitation in invitations:
        state = _OF_INVITATION.get(invitation.state)
        if state:
            yield CounterpartView(
                organisation_id=invitation.organisation_id,
                name=invitation.name,
                state=state,
                contact=invitation.contact,
                owner=invitation.helper,
            )
