"""Who may do what: a co-operative's own people in its name, and staff of its instance."""

from collections.abc import Sequence
from uuid import UUID

from intercoop_advice.domain.received import ReceivedState
from intercoop_advice.domain.requests import Request
from intercoop_advice.handlers.offers import no_such_invitation
from intercoop_advice.handlers.requests import no_such_request
from intercoop_advice.store import received, requests
from intercoop_advice.store.received import Shown
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ForbiddenError
from intercoop_chassis.postgres import Transaction


def check_home(who: Identity, here: Context) -> None:
    """Raise `ForbiddenError` for people of another owner."""
    if who.owner != here.settings.owner:
        raise ForbiddenError(
            f"This is {here.settings.owner}'s instance and you are of {who.owner}: "
            f"ask and answer at {who.owner}'s, the whole network reads it"
        )


def acts_for(who: Identity, organisation: UUID, here: Context) -> bool:
    """Whether somebody may speak for an organisation of this instance."""
    if who.owner != here.settings.owner:
        return False
    return who.is_staff_of(here.settings.owner) or who.acts_for(organisation)


def organisations_of(who: Identity, here: Context) -> Sequence[UUID] | None:
    """Whose requests and invitations they are shown; None is everybody's of this instance."""
    return None if who.is_staff_of(here.settings.owner) else sorted(who.organisations)


async def their_request(request_id: UUID, who: Identity, here: Context, tx: Transaction) -> Request:
    """The request, if the caller speaks for the asker; to others it is not there."""
    request = await requests.get(request_id, tx)
    if request is None or not acts_for(who, request.view.organisation_id, here):
        raise no_such_request()
    return request


async def their_invitation(
    invitation_id: UUID, who: Identity, here: Context, tx: Transaction
) -> Shown:
    """The invitation, if the caller speaks for who received it; to others it is not there."""
    shown = await received.show(invitation_id, tx)
    if shown is None or not acts_for(who, shown.invitation.organisation_id, here):
        raise no_such_invitation()
    return shown


def is_shown(shown: Shown, who: Identity, here: Context) -> bool:
    """One that was declined is shown to staff only."""
    declined = shown.invitation.state is ReceivedState.DECLINED
    return not declined or who.is_staff_of(here.settings.owner)
