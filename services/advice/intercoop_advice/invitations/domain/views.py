"""What the people of one co-operative should see of a request, the asker's and a helper's."""

from collections.abc import Iterable
from typing import Final

from intercoop_advice.invitations.domain.received import ReceivedInvitation, as_if_silent
from intercoop_advice.requests.domain.request import Invitation, InvitationState, Request
from intercoop_contracts.advice import (
    AdviceRequestView,
    CounterpartView,
    PeerAdviceState,
    PeerAdviceView,
    Side,
)
from intercoop_contracts.directory import Role

TELL: Final = (Role.MANAGER, Role.ELECTED)

_OF_INVITATION: Final = {
    InvitationState.OFFERED: PeerAdviceState.OFFERED,
    InvitationState.ACCEPTED: PeerAdviceState.INTRODUCED,
    InvitationState.NOT_TAKEN: PeerAdviceState.NOT_TAKEN,
    InvitationState.WITHDRAWN: PeerAdviceState.WITHDRAWN,
}
"""Who keeps silent, or declined, is nobody's counterpart."""

_ENDED_BY_CLOSING: Final = {PeerAdviceState.INVITED, PeerAdviceState.INTRODUCED}


def askers_view(request: Request) -> PeerAdviceView:
    return PeerAdviceView(
        request_id=request.id,
        organisation_id=request.view.organisation_id,
        side=Side.ASKER,
        state=_askers_state(request),
        title=request.view.title,
        counterparts=tuple(_counterparts(request.invitations)),
        tell=TELL,
    )


def helpers_view(one: ReceivedInvitation, request: AdviceRequestView) -> PeerAdviceView:
    """The same whether the co-operative declined or kept silent."""
    between = PeerAdviceState(as_if_silent(one).state)
    ends = one.is_closed and between in _ENDED_BY_CLOSING
    asker = CounterpartView(
        organisation_id=request.organisation_id,
        name=request.organisation_name,
        state=between,
        contact=one.contact,
    )
    return PeerAdviceView(
        request_id=one.request_id,
        organisation_id=one.organisation_id,
        side=Side.HELPER,
        state=PeerAdviceState.CLOSED if ends else between,
        title=request.title,
        counterparts=(asker,),
        tell=TELL,
    )


def _askers_state(request: Request) -> PeerAdviceState:
    if not request.is_open:
        return PeerAdviceState.CLOSED
    states = {one.state for one in request.invitations}
    if InvitationState.OFFERED in states:
        return PeerAdviceState.OFFERED
    return (
        PeerAdviceState.INTRODUCED if InvitationState.ACCEPTED in states else PeerAdviceState.ASKED
    )


def _counterparts(invitations: Iterable[Invitation]) -> Iterable[CounterpartView]:
    for one in invitations:
        state = _OF_INVITATION.get(one.state)
        if state:
            yield CounterpartView(
                organisation_id=one.organisation_id,
                name=one.name,
                state=state,
                contact=one.contact,
            )
