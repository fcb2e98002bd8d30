"""The asker's side: requests, whom they ask, and what is made of offers.

Whoever changes anything locks the request first, then invitations to it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

import structlog

from intercoop_advice import peer_advice
from intercoop_advice.cooperatives import projections as cooperatives
from intercoop_advice.requests.domain import request as domain
from intercoop_advice.requests.domain.invitation import HeardOffer, Invitation, InvitationState
from intercoop_advice.requests.domain.request import NO_SUCH_REQUEST, Request, RequestDraft
from intercoop_advice.requests.domain.views import answer_view, askers_view
from intercoop_advice.requests.store import own as store
from intercoop_chassis.errors import ConflictError, InvalidError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import EVERYBODY
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, PEER_ADVICE, OfferVerdict

ANSWER_EVENTS: Final = {
    OfferVerdict.ACCEPTED: "offer-accepted",
    OfferVerdict.NOT_TAKEN: "offer-not-taken",
}

log = structlog.get_logger()


async def ask(
    draft: RequestDraft, organisation_id: UUID, request_id: UUID, tx: Transaction, *, now: datetime
) -> Request | Refused:
    """Ask in the name of a co-operative of this instance; `InvalidError` for any other."""
    asker = await cooperatives.own(organisation_id, tx)
    if asker is None:
        raise InvalidError(
            "organisation_id",
            "is no organisation of this instance",
            "Ask at the instance of its own union, or register it in the directory first",
        )
    request = domain.ask(draft, asker, request_id, now=now)
    return request if isinstance(request, Refused) else await _keep(None, request, tx)


async def invite(
    request_id: UUID, organisations: Sequence[UUID], tx: Transaction, *, now: datetime
) -> Request | Refused:
    """Ask these co-operatives; who was asked already is not asked again.

    Raises `NotFoundError`, and `ConflictError` for a closed request.
    """
    before = await _lock(request_id, tx)
    _check_open(before, "it asks nobody any more: make another one")
    known = await cooperatives.known(organisations, tx)
    fresh = [tx.new_id() for _ in organisations]
    after = domain.invite(before, organisations, known, fresh, now=now)
    return after if isinstance(after, Refused) else await _keep(before, after, tx)


async def answer(
    request_id: UUID, invitation_id: UUID, verdict: OfferVerdict, tx: Transaction
) -> Request:
    """Accept an offer that waits for an answer, or do not take it; again changes nothing.

    Raises `NotFoundError`, and `ConflictError` where there is nothing to answer, or no more, or
    where a contact that an introduction needs has not arrived.
    """
    before = await _lock(request_id, tx)
    invitation = before.invitation(invitation_id)
    if invitation is None:
        raise NotFoundError("This request has no such invitation: read it to find the right one")
    if invitation.state is InvitationState(verdict):
        return before
    _check_offered(invitation)
    after = domain.answer(before, invitation_id, verdict)
    if verdict is OfferVerdict.ACCEPTED:
        after = await _introduce(after, invitation, tx)
    return await _keep(before, after, tx)


async def close(
    request_id: UUID, what_helped: str, helped_by: Sequence[UUID], tx: Transaction
) -> Request | Refused:
    """Close a request for good; offers that wait for an answer are not taken.

    Raises `NotFoundError`, and `ConflictError` for one that is closed.
    """
    before = await _lock(request_id, tx)
    _check_open(before, "what helped is said already")
    after = domain.close(before, what_helped, helped_by)
    return after if isinstance(after, Refused) else await _keep(before, after, tx)


async def hear_offer(heard: HeardOffer, tx: Transaction) -> None:
    """Take a helper's word, if the invitation is this instance's and the helper's."""
    before = await store.lock_invited(heard, tx)
    if before is None:
        log.debug("offer_ignored", invitation=str(heard.invitation_id), by=heard.helper)
        return
    await _keep(before, domain.hear_offer(before, heard.invitation_id, heard.offer), tx)


async def _keep(before: Request | None, after: Request, tx: Transaction) -> Request:
    """Save a request that is locked or new, show it to its people, tell what is new; returns it.

    Reactions at home lock invitations, after the request: so answers are told in the order of
    the invitations' ids. No reaction changes the request in turn: nothing is read again.
    """
    if after == before:
        return after
    await store.save(before, after, tx)
    _show(after, tx)
    if before is None or before.view != after.view:
        label = domain.event_type(before, after)
        await tx.tell(ADVICE_REQUESTS, after.id, after.view, to=EVERYBODY, event_type=label)
    for invitation, given in domain.answers_given(before, after):
        view = answer_view(after.id, invitation.helper, given)
        label = ANSWER_EVENTS[given.verdict]
        await tx.tell(OFFER_ANSWERS, invitation.id, view, to=invitation.helper, event_type=label)
    return after


def _show(request: Request, tx: Transaction) -> None:
    view = askers_view(request)
    subject = peer_advice.subject(view.request_id, view.organisation_id)
    tx.publish(PEER_ADVICE, subject, view, event_type=peer_advice.event_type(view.state))


async def _introduce(request: Request, invitation: Invitation, tx: Transaction) -> Request:
    """The request with the public contact of the helper who has just been accepted."""
    helper = invitation.helper
    contact = await cooperatives.contact_of(helper, invitation.organisation_id, tx)
    if contact is None:
        raise ConflictError(
            f"The public contact of {invitation.name} is not known here, so you cannot be "
            f"introduced: accept again when what {helper} publishes has arrived"
        )
    return domain.introduce(request, invitation.id, contact)


async def _lock(request_id: UUID, tx: Transaction) -> Request:
    request = await store.lock(request_id, tx)
    if request is None:
        raise NotFoundError(NO_SUCH_REQUEST)
    return request


def _check_open(request: Request, because: str) -> None:
    if not request.is_open:
        raise ConflictError(f"The request is closed, {because}")


def _check_offered(invitation: Invitation) -> None:
    match invitation.state:
        case InvitationState.OFFERED:
            return
        case InvitationState.ASKED:
            raise ConflictError(f"{invitation.name} has offered nothing: wait, or ask others")
        case InvitationState.WITHDRAWN:
            raise ConflictError(f"{invitation.name} has withdrawn its offer: ask others")
        case InvitationState.ACCEPTED:
            raise ConflictError("You have accepted this offer: talk to each other")
        case InvitationState.NOT_TAKEN:
            raise ConflictError("You have not taken this offer: ask others")
        case never:
            assert_never(never)
