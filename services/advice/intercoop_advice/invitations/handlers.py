"""The helper's side: who asks this instance's co-operatives, and what these make of being asked.

Whoever changes anything locks the request first, then invitations to it.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import structlog

from intercoop_advice import peer_advice
from intercoop_advice.cooperatives import projections as cooperatives
from intercoop_advice.invitations.domain import conflicts, received as domain
from intercoop_advice.invitations.domain.received import (
    NO_SUCH_INVITATION,
    HeardAnswer,
    ReceivedInvitation,
    ReceivedState,
)
from intercoop_advice.invitations.domain.views import helpers_view, offer_view
from intercoop_advice.invitations.domain.waiting import why_each_waits
from intercoop_advice.invitations.store import received as store, withheld
from intercoop_advice.limits import Limits
from intercoop_advice.requests.store.published import RequestCopy, lock_copy
from intercoop_chassis.errors import ConflictError, NotFoundError, NotYetError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFERS,
    PEER_ADVICE,
    OfferState,
    RequestState,
)
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.streams import End, Ended

OFFER_EVENTS: Final = {
    OfferState.OFFERED: "help-offered",
    OfferState.WITHDRAWN: "offer-withdrawn",
}
GONE: Final = Ended(ended=End(reason="request-ended"))
AT_ONCE: Final = 20
"""Requests of which invitations that waited are shown in one transaction."""

log = structlog.get_logger()


async def offer(invitation_id: UUID, text: str, tx: Transaction) -> ReceivedInvitation | Refused:
    """Offer help, also after a decline; other words are a new offer, the same ones are not.

    Raises `NotFoundError`, and `ConflictError` once the request is closed or the offer answered.
    """
    before, copy = await _lock(invitation_id, tx)
    if before.is_closed:
        raise ConflictError(conflicts.CLOSED)
    _check(before, conflicts.NO_OFFER_WHEN)
    after = domain.offer(before, text)
    return after if isinstance(after, Refused) else await _say(before, after, copy, tx)


async def decline(invitation_id: UUID, tx: Transaction) -> ReceivedInvitation:
    """Leave it to others; nobody outside this instance's staff hears of it. Again is no change.

    Raises `NotFoundError`, and `ConflictError` after an offer or once the request is closed.
    """
    before, copy = await _lock(invitation_id, tx)
    _check(before, conflicts.NO_DECLINE_WHEN)
    return await _keep(before, domain.decline(before), copy, tx)


async def withdraw(invitation_id: UUID, tx: Transaction) -> ReceivedInvitation:
    """Take an offer back before it is accepted. Again is no change.

    Raises `NotFoundError`, and `ConflictError` without a live offer.
    """
    before, copy = await _lock(invitation_id, tx)
    _check(before, conflicts.NO_WITHDRAWAL_WHEN)
    return await _say(before, domain.withdraw(before), copy, tx)


async def hear_request(
    owner: str, request_id: UUID, limits: Limits | None, tx: Transaction
) -> None:
    """A request was made, or changed: whom it asks here is told, and hears that it is closed.

    What is above the limits waits; this owner's own requests have none. A closed request asks
    nobody any more: who was not told before is not told of it.
    """
    copy = await lock_copy(owner, request_id, tx)
    if copy is None:
        await withheld.drop(owner, request_id, tx)
        return
    asked = _asked(copy, tx.owner)
    if limits is None:
        await store.add_missing(copy, asked, tx)
    else:
        await _show_within(copy, asked, limits, tx)
    for before in await store.lock_of_request(owner, request_id, tx):
        after = domain.hear_request(before, copy.view.state)
        await _keep(before, after, copy, tx)


async def hear_dropped(
    owner: str, request_id: UUID, limits: Limits | None, tx: Transaction
) -> None:
    """A closed request names nobody of ours: who was asked before hears that it is closed."""
    if await store.is_received(owner, request_id, tx):
        await hear_request(owner, request_id, limits, tx)


async def hear_end(owner: str, request_id: UUID, tx: Transaction) -> None:
    """A request is gone altogether; so is what people were shown of it.

    That is said in words of ours: with the asker's, a subject of ours could be erased for good.
    """
    for invitation in await store.lock_of_ended(owner, request_id, tx):
        await store.update(domain.hear_request(invitation, RequestState.CLOSED), tx)
        tx.publish(PEER_ADVICE, _subject(invitation), GONE, event_type="peer-advice-closed")


async def hear_organisation(organisation_id: UUID, limits: Limits, tx: Transaction) -> None:
    """A co-operative of this instance is known: what asked it before that is shown."""
    for key in await withheld.for_organisation(organisation_id, AT_ONCE, tx):
        await hear_request(*key, limits, tx)


async def show_withheld(limits: Limits, tx: Transaction) -> bool:
    """Show a few invitations for which there is room by now; False when there were none."""
    found = await withheld.with_room(limits, AT_ONCE, tx)
    for key in found:
        await hear_request(*key, limits, tx)
    return bool(found)


async def hear_answer(heard: HeardAnswer, tx: Transaction) -> None:
    """Take the asker's answer to an offer, if the request is the asker's.

    Raises `NotYetError` while the request, or the asker's contact, is not known.
    """
    copy = await lock_copy(heard.asker, heard.request_id, tx)
    before = await store.lock_answered(heard, tx)
    if before is None:
        log.debug("answer_ignored", invitation=str(heard.invitation_id), by=heard.asker)
        return
    if copy is None:
        raise NotYetError(ADVICE_REQUESTS, heard.request_id)
    after = domain.hear_answer(before, heard.answer)
    if after != before:
        await _keep(before, after, copy, tx)


async def _show_within(
    copy: RequestCopy, asked: store.Asked, limits: Limits, tx: Transaction
) -> None:
    """Show what of a request is new, as far as there is room; the rest waits."""
    fresh, room = await withheld.fresh(copy, asked, limits, tx)
    decided = dict(why_each_waits(fresh, room, limits))
    shown = {each.organisation_id: each.id for each, because in decided.items() if not because}
    if shown:
        await store.add_missing(copy, shown, tx)
    await withheld.keep(copy, {each: why for each, why in decided.items() if why}, limits, tx)


def _asked(copy: RequestCopy, own_owner: str) -> store.Asked:
    """Whom an open request asks here: who is named twice is asked by the first."""
    if copy.view.state is RequestState.CLOSED:
        return {}
    ours = [each for each in copy.view.invitations if each.helper == own_owner]
    return {each.organisation_id: each.id for each in reversed(ours)}


async def _say(
    before: ReceivedInvitation, after: ReceivedInvitation, copy: RequestCopy, tx: Transaction
) -> ReceivedInvitation:
    """Keep the helper's word, and tell it to the asker, whose answer may be there at once."""
    after = await _keep(before, after, copy, tx)
    said = after.offer
    if said is None or said == before.offer:
        return after
    view, label = offer_view(after, said), OFFER_EVENTS[said.state]
    await tx.tell(OFFERS, after.id, view, to=after.owner, event_type=label)
    return await store.get_again(after, tx)


async def _keep(
    before: ReceivedInvitation, after: ReceivedInvitation, copy: RequestCopy, tx: Transaction
) -> ReceivedInvitation:
    """Save an invitation that is locked, and show its people where it stands; returns it."""
    if after.is_introduced and after.contact is None:
        contact = await cooperatives.contact_of(copy.owner, copy.view.organisation_id, tx)
        if contact is None:
            raise NotYetError(ORGANISATIONS, copy.view.organisation_id)
        after = domain.introduce(after, contact)
    if after != before:
        await store.update(after, tx)
    view = helpers_view(after, copy.view)
    label = peer_advice.event_type(view.state)
    tx.publish(PEER_ADVICE, _subject(after), view, event_type=label)
    return after


async def _lock(invitation_id: UUID, tx: Transaction) -> tuple[ReceivedInvitation, RequestCopy]:
    copy = await store.lock_request_of(invitation_id, tx)
    invitation = await store.lock(invitation_id, tx) if copy else None
    if copy is None or invitation is None:
        raise NotFoundError(NO_SUCH_INVITATION)
    return invitation, copy


def _check(invitation: ReceivedInvitation, reasons: Mapping[ReceivedState, str]) -> None:
    if reason := reasons.get(invitation.state):
        raise ConflictError(reason)


def _subject(invitation: ReceivedInvitation) -> str:
    return peer_advice.subject(invitation.request_id, invitation.organisation_id)
