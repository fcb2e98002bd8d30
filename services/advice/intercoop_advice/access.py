"""Who may do what: a co-operative's own people in its name, and staff of its instance."""

from uuid import UUID

from intercoop_advice.invitations.domain.received import NO_SUCH_INVITATION, ReceivedState
from intercoop_advice.invitations.store import received as invitations
from intercoop_advice.invitations.store.received import InvitationFilter, InvitationWithRequest
from intercoop_advice.requests.domain.request import NO_SUCH_REQUEST, Request
from intercoop_advice.requests.store import own as requests
from intercoop_advice.requests.store.own import RequestFilter
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ForbiddenError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import RequestState


def check_may_ask(who: Identity, organisation_id: UUID, context: Context) -> None:
    """Raise `ForbiddenError` for whoever may not ask in a co-operative's name."""
    if not acts_for(who, organisation_id, context):
        raise ForbiddenError("You ask in the name of a co-operative of your own")


def requests_shown_to(who: Identity, state: RequestState | None, context: Context) -> RequestFilter:
    """Their co-operatives' own; staff are shown everybody's of this instance."""
    return RequestFilter(None if is_staff(who, context) else sorted(who.organisations), state)


def invitations_shown_to(
    who: Identity, state: ReceivedState | None, context: Context
) -> InvitationFilter:
    """Their co-operatives' own, but for those declined; staff are shown all of this instance."""
    if is_staff(who, context):
        return InvitationFilter(None, state, with_declined=True)
    return InvitationFilter(sorted(who.organisations), state)


async def their_request(
    request_id: UUID, who: Identity, context: Context, tx: Transaction
) -> Request:
    """The request, if the caller speaks for the asker; to others it is not there."""
    request = await their_request_or_none(request_id, who, context, tx)
    if request is None:
        raise NotFoundError(NO_SUCH_REQUEST)
    return request


async def their_request_or_none(
    request_id: UUID, who: Identity, context: Context, tx: Transaction
) -> Request | None:
    """The same; None for whoever reads it as everybody does."""
    request = await requests.get(request_id, tx)
    if request is None or not acts_for(who, request.view.organisation_id, context):
        return None
    return request


async def their_invitation(
    invitation_id: UUID, who: Identity, context: Context, tx: Transaction
) -> InvitationWithRequest:
    """The invitation, if the caller speaks for who received it; to others it is not there."""
    shown = await invitations.show(invitation_id, tx)
    if shown is None or not acts_for(who, shown.invitation.organisation_id, context):
        raise NotFoundError(NO_SUCH_INVITATION)
    return shown


async def readable_invitation(
    invitation_id: UUID, who: Identity, context: Context, tx: Transaction
) -> InvitationWithRequest:
    """The same, but one that was declined is shown to staff only."""
    shown = await their_invitation(invitation_id, who, context, tx)
    if shown.invitation.state is ReceivedState.DECLINED and not is_staff(who, context):
        raise NotFoundError(NO_SUCH_INVITATION)
    return shown


def acts_for(who: Identity, organisation_id: UUID, context: Context) -> bool:
    """Whether somebody may speak for an organisation of this instance."""
    return is_staff(who, context) or who.acts_for(organisation_id)


def acts_for_any(who: Identity, context: Context) -> bool:
    """Whether somebody speaks for an organisation here at all."""
    return is_staff(who, context) or bool(who.organisations)


def is_staff(who: Identity, context: Context) -> bool:
    return who.is_staff_of(context.settings.owner)
