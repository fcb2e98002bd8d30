"""The helper's commands: offer help, decline, withdraw."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from intercoop_advice.exchange import Offer
from intercoop_advice.invitations import store as received
from intercoop_advice.invitations.domain import received as domain
from intercoop_advice.invitations.domain.received import ReceivedInvitation, ReceivedState
from intercoop_advice.invitations.handlers import keep
from intercoop_advice.requests import handlers as asker
from intercoop_advice.requests.store import own as requests
from intercoop_advice.requests.store.own import RequestCopy
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import OFFERS, OfferState, OfferView

OFFER_EVENTS: Final = {
    OfferState.OFFERED: "help-offered",
    OfferState.WITHDRAWN: "offer-withdrawn",
}

_CLOSED: Final = "The request is closed: there is nothing to answer any more"
_INTRODUCED: Final = "You have been introduced: talk to each other"
_NOT_TAKEN: Final = "The asker did not take your offer: there is nothing to answer any more"
_NO_OFFER: Final = "You have offered nothing that you could withdraw"

NO_OFFER_WHEN: Final = {
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: _CLOSED,
}
NO_DECLINE_WHEN: Final = {
    ReceivedState.OFFERED: "You have offered help: withdraw your offer instead",
    ReceivedState.WITHDRAWN: "You have withdrawn your offer: that is known to the asker",
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: _CLOSED,
}
NO_WITHDRAWAL_WHEN: Final = {
    ReceivedState.INVITED: _NO_OFFER,
    ReceivedState.DECLINED: _NO_OFFER,
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: _CLOSED,
}


async def offer(invitation_id: UUID, text: str, tx: Transaction) -> ReceivedInvitation | Refused:
    """Offer help, also after a decline; other words are a new offer, the same ones are not.

    Raises `NotFoundError`, and `ConflictError` once the request is closed or the offer answered.
    """
    before, copy = await _lock(invitation_id, tx)
    if before.is_closed:
        raise ConflictError(_CLOSED)
    _check(before, NO_OFFER_WHEN)
    after = domain.offer(before, text)
    return after if isinstance(after, Refused) else await _say(before, after, copy, tx)


async def decline(invitation_id: UUID, tx: Transaction) -> ReceivedInvitation:
    """Leave it to others; nobody outside this instance's staff hears of it. Again is no change.

    Raises `NotFoundError`, and `ConflictError` after an offer or once the request is closed.
    """
    before, copy = await _lock(invitation_id, tx)
    _check(before, NO_DECLINE_WHEN)
    return await keep(before, domain.decline(before), copy, tx)


async def withdraw(invitation_id: UUID, tx: Transaction) -> ReceivedInvitation:
    """Take an offer back before it is accepted. Again is no change.

    Raises `NotFoundError`, and `ConflictError` without a live offer.
    """
    before, copy = await _lock(invitation_id, tx)
    _check(before, NO_WITHDRAWAL_WHEN)
    return await _say(before, domain.withdraw(before), copy, tx)


async def _say(
    before: ReceivedInvitation, after: ReceivedInvitation, copy: RequestCopy, tx: Transaction
) -> ReceivedInvitation:
    """Keep the helper's word, and bring it to the asker."""
    after = await keep(before, after, copy, tx)
    if after.offer and after.offer != before.offer:
        await _tell(after, after.offer, tx)
    return after


async def _tell(one: ReceivedInvitation, said: Offer, tx: Transaction) -> None:
    if one.owner == tx.owner:
        heard = asker.HeardOffer(one.request_id, one.organisation_id, tx.owner, said)
        await asker.hear_offer(one.id, heard, tx)
        return
    view = OfferView(
        asker=one.owner,
        request_id=one.request_id,
        organisation_id=one.organisation_id,
        revision=said.revision,
        state=said.state,
        text=said.text,
    )
    tx.publish(OFFERS, one.id, view, event_type=OFFER_EVENTS[said.state])


async def _lock(invitation_id: UUID, tx: Transaction) -> tuple[ReceivedInvitation, RequestCopy]:
    """The copy of the request first, then the invitation."""
    known = await received.get(invitation_id, tx)
    copy = await requests.lock_copy(known.owner, known.request_id, tx) if known else None
    locked = await received.lock(invitation_id, tx) if copy else None
    if copy is None or locked is None:
        raise no_such_invitation()
    return locked, copy


def _check(one: ReceivedInvitation, conflicts: Mapping[ReceivedState, str]) -> None:
    if conflict := conflicts.get(one.state):
        raise ConflictError(conflict)


def no_such_invitation() -> NotFoundError:
    return NotFoundError("No invitation of yours has this id: list them to find the right one")
