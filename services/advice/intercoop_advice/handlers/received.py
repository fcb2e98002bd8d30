"""What the helper's side is told: who asks its co-operatives, and what was made of their offers."""

from uuid import UUID

import structlog

from intercoop_advice.domain import received as domain
from intercoop_advice.domain.exchange import Answer
from intercoop_advice.domain.peer_advice import helpers_view
from intercoop_advice.domain.received import ReceivedInvitation
from intercoop_advice.store import cooperatives, received, requests
from intercoop_advice.store.requests import RequestCopy
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import ADVICE_REQUESTS, PEER_ADVICE
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.streams import Ended

log = structlog.get_logger()


async def hear_request(owner: str, request_id: UUID, tx: Transaction) -> None:
    """A request was made, or changed: whom it asks here is told, and hears that it is closed."""
    copy = await requests.lock_copy(owner, request_id, tx)
    if copy is None:
        return
    await received.add_missing(copy, tx)
    for before in await received.lock_of_request(owner, request_id, tx):
        after = domain.hear_request(before, copy.view.state)
        await keep(before, after, copy, tx)


async def hear_end(owner: str, request_id: UUID, ended: Ended, tx: Transaction) -> None:
    """A request is gone altogether; so is what people were shown of it."""
    for one in await received.lock_of_request(owner, request_id, tx):
        tx.publish(PEER_ADVICE, _key(one), ended, event_type="peer-advice-closed")


async def hear_answer(invitation_id: UUID, owner: str, answer: Answer, tx: Transaction) -> None:
    """Take the asker's answer to an offer, if the request is the asker's.

    Raises `NotYetError` while the request, or the asker's contact, is not known.
    """
    known = await received.get(invitation_id, tx)
    if known is None or known.owner != owner:
        log.warning("answer_ignored", invitation=str(invitation_id), by=owner)
        return
    copy = await requests.lock_copy(owner, known.request_id, tx)
    before = await received.lock(invitation_id, tx)
    if copy is None or before is None:
        raise NotYetError(ADVICE_REQUESTS, known.request_id)
    await keep(before, domain.hear_answer(before, answer), copy, tx)


async def keep(
    before: ReceivedInvitation, after: ReceivedInvitation, copy: RequestCopy, tx: Transaction
) -> ReceivedInvitation:
    """Keep an invitation that is locked, and show its people where it stands; returns it."""
    if after.is_introduced and after.contact is None:
        contact = await cooperatives.contact_of(copy.owner, copy.view.organisation_id, tx)
        if contact is None:
            raise NotYetError(ORGANISATIONS, copy.view.organisation_id)
        after = domain.introduce(after, contact)
    if after != before:
        await received.update(after, tx)
    view = helpers_view(after, copy.view)
    tx.publish(PEER_ADVICE, _key(after), view, event_type=f"peer-advice-{view.state}")
    return after


def _key(one: ReceivedInvitation) -> str:
    return f"{one.request_id}/{one.organisation_id}"
