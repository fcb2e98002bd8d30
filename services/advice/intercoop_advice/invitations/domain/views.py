"""What is published of an invitation: what its people see, and its offer."""

from typing import Final

from intercoop_advice.exchange import Offer
from intercoop_advice.invitations.domain.received import ReceivedInvitation, as_if_silent
from intercoop_advice.peer_advice import TELL
from intercoop_contracts.advice import (
    AdviceRequestView,
    CounterpartView,
    OfferView,
    PeerAdviceState,
    PeerAdviceView,
    Side,
)

_ENDED_BY_CLOSING: Final = {PeerAdviceState.INVITED, PeerAdviceState.INTRODUCED}


def helpers_view(invitation: ReceivedInvitation, request: AdviceRequestView) -> PeerAdviceView:
    """The same whether the co-operative declined or kept silent."""
    between = PeerAdviceState(as_if_silent(invitation).state)
    ends = invitation.is_closed and between in _ENDED_BY_CLOSING
    asker = CounterpartView(
        organisation_id=request.organisation_id,
        name=request.organisation_name,
        state=between,
        contact=invitation.contact,
        owner=invitation.owner,
    )
    return PeerAdviceView(
        request_id=invitation.request_id,
        organisation_id=invitation.organisation_id,
        side=Side.HELPER,
        state=PeerAdviceState.CLOSED if ends else between,
        title=request.title,
        counterparts=(asker,),
        tell=TELL,
        organisation_name=invitation.organisation_name,
    )


def offer_view(invitation: ReceivedInvitation, offer: Offer) -> OfferView:
    return OfferView(
        asker=invitation.owner,
        request_id=invitation.request_id,
        organisation_id=invitation.organisation_id,
        revision=offer.revision,
        state=offer.state,
        text=offer.text,
    )
