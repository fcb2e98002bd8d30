"""The asker's side: requests, whom they ask, and what is made of offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from intercoop_advice.domain import requests as domain
from intercoop_advice.domain.exchange import Answer, Offer
from intercoop_advice.domain.peer_advice import askers_view
from intercoop_advice.domain.requests import Draft, Invitation, InvitationState, Request
from intercoop_advice.handlers import received
from intercoop_advice.store import cooperatives, requests
from intercoop_chassis.errors import ConflictError, InvalidError, NotFoundError, NotYetError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFER_ANSWERS,
    PEER_ADVICE,
    OfferAnswerView,
    OfferVerdict,
)
from intercoop_contracts.directory import ORGANISATIONS

ANSWER_EVENTS: Final = {
    OfferVerdict.ACCEPTED: "offer-accepted",
    OfferVerdict.NOT_TAKEN: "offer-not-taken",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HeardOffer:
    """A helper's word on an invitation, and of whom it is: for whom, by which owner."""

    request_id: UUID
    organisation_id: UUID
    helper: str
    offer: Offer


async def ask(
    draft: Draft, organisation_id: UUID, request_id: UUID, tx: Transaction, *, now: datetime
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
    if isinstance(request, Refused):
        return request
    return await _keep(None, request, tx)


async def invite(
    request_id: UUID, organisations: Sequence[UUID], tx: Transaction, *, now: datetime
) -> Request | Refused:
    """Ask these co-operatives; who was asked already is not asked again.

    Raises `NotFoundError`, and `ConflictError` for a closed request.
    """
    before = await _lock(request_id, tx)
    _check_open(before, "it asks nobody any more: make another one")
    known = await cooperatives.known(organisations, tx)
    fresh = [uuid7() for _ in organisations]
    after = domain.invite(before, organisations, known, fresh, now=now)
    return after if isinstance(after, Refused) else await _keep(before, after, tx)


async def answer(
    request_id: UUID, invitation_id: UUID, verdict: OfferVerdict, tx: Transaction
) -> Request:
    """Accept an offer that waits for an answer, or do not take it; again changes nothing.

    Raises `NotFoundError`, and `ConflictError` where there is nothing to answer, or no more.
    """
    before = await _lock(request_id, tx)
    invitation = before.invitation(invitation_id)
    if invitation is None:
        raise NotFoundError("This request has no such invitation: read it to find the right one")
    if invitation.state is InvitationState(verdict):
        return before
    _check_offered(invitation)
    try:
        return await _keep(before, domain.answer(before, invitation_id, verdict), tx)
    except NotYetError as error:
        raise ConflictError(
            f"The public contact of {invitation.name} is not known here, so you cannot be "
            f"introduced: accept again when what {invitation.helper} publishes has arrived"
        ) from error


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


async def hear_offer(invitation_id: UUID, heard: HeardOffer, tx: Transaction) -> None:
    """Take a helper's word, if the invitation is this instance's and the helper's."""
    request_id = await requests.request_of(invitation_id, tx)
    before = await requests.lock(request_id, tx) if request_id else None
    invitation = before.invitation(invitation_id) if before else None
    if before is None or invitation is None or not _is_by(heard, before, invitation):
        log.warning("offer_ignored", invitation=str(invitation_id), by=heard.helper)
        return
    await _keep(before, domain.hear_offer(before, invitation_id, heard.offer), tx)


async def _keep(before: Request | None, after: Request, tx: Transaction) -> Request:
    """Keep a request that is locked or new, and say what is new about it; returns it."""
    after = await _introduced(after, tx)
    await requests.save(before, after, tx)
    view = askers_view(after)
    key = f"{after.id}/{after.view.organisation_id}"
    tx.publish(PEER_ADVICE, key, view, event_type=f"peer-advice-{view.state}")
    if before is None or before.view != after.view:
        label = domain.event_type(before, after)
        tx.publish(ADVICE_REQUESTS, after.id, after.view, event_type=label)
        await received.hear_request(tx.owner, after.id, tx)
    for invitation, given in domain.answers_given(before, after):
        await _tell(after.id, invitation, given, tx)
    return after


async def _introduced(request: Request, tx: Transaction) -> Request:
    """The request with the public contacts of all who have just been accepted."""
    for one in request.invitations:
        if one.is_accepted and one.contact is None:
            contact = await cooperatives.contact_of(one.helper, one.organisation_id, tx)
            if contact is None:
                raise NotYetError(ORGANISATIONS, one.organisation_id)
            request = domain.introduce(request, one.id, contact)
    return request


async def _tell(request_id: UUID, invitation: Invitation, given: Answer, tx: Transaction) -> None:
    if invitation.helper == tx.owner:
        await received.hear_answer(invitation.id, tx.owner, given, tx)
        return
    view = OfferAnswerView(
        helper=invitation.helper,
        request_id=request_id,
        offer_revision=given.offer_revision,
        verdict=given.verdict,
    )
    tx.publish(OFFER_ANSWERS, invitation.id, view, event_type=ANSWER_EVENTS[given.verdict])


def _is_by(heard: HeardOffer, request: Request, invitation: Invitation) -> bool:
    """Nobody speaks for another owner's co-operative."""
    named = (heard.request_id, heard.organisation_id, heard.helper)
    return named == (request.id, invitation.organisation_id, invitation.helper)


async def _lock(request_id: UUID, tx: Transaction) -> Request:
    request = await requests.lock(request_id, tx)
    if request is None:
        raise no_such_request()
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


def no_such_request() -> NotFoundError:
    return NotFoundError("No request of yours has this id: list them to find the right one")
