"""The helper's side: an invitation that a co-operative received, and what it makes of it.

A decline stays here: for everybody else it looks like silence.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_advice.exchange import Answer, Offer, newer_answer, standing
from intercoop_advice.requests.domain.refusals import MAX_TEXT, about_a_text
from intercoop_advice.wording import tidy_lines
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import OfferState, RequestState
from intercoop_contracts.directory import PublicContact


class ReceivedState(StrEnum):
    """Where an invitation stands for the helper. `closed` came before any offer."""

    INVITED = "invited"
    DECLINED = "declined"
    OFFERED = "offered"
    INTRODUCED = "introduced"
    NOT_TAKEN = "not-taken"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


_OF_STANDING: Final = {
    "offered": ReceivedState.OFFERED,
    "accepted": ReceivedState.INTRODUCED,
    "not-taken": ReceivedState.NOT_TAKEN,
    "withdrawn": ReceivedState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ReceivedInvitation:
    """An invitation of a co-operative of this instance to `owner`'s request."""

    id: UUID
    owner: str
    request_id: UUID
    organisation_id: UUID
    is_declined: bool = False
    is_closed: bool = False
    """Whether the request is."""
    offer: Offer | None = None
    answer: Answer | None = None
    contact: PublicContact | None = None
    """The asker's, once both have said yes: from then on no offer changes."""

    @property
    def state(self) -> ReceivedState:
        if self.is_declined:
            return ReceivedState.DECLINED
        if self.offer is None:
            return ReceivedState.CLOSED if self.is_closed else ReceivedState.INVITED
        return _OF_STANDING[standing(self.offer, self.answer)]

    @property
    def is_introduced(self) -> bool:
        return self.state is ReceivedState.INTRODUCED


def offer(one: ReceivedInvitation, text: str) -> ReceivedInvitation | Refused:
    """The invitation with help offered; the same words again are the same offer."""
    words = tidy_lines(text)
    wrong = tuple(about_a_text("text", words, MAX_TEXT))
    if wrong:
        return Refused(wrong)
    if one.offer and one.offer.is_live and one.offer.text == words:
        return one
    return _with_offer(one, OfferState.OFFERED, words)


def decline(one: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation, declined; the very same when there is nothing left to decline."""
    return replace(one, is_declined=True) if one.state is ReceivedState.INVITED else one


def as_if_silent(one: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation as everybody may see it: a decline looks like silence."""
    return replace(one, is_declined=False)


def withdraw(one: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation with its offer withdrawn; the very same when none is live."""
    if one.offer is None or not one.offer.is_live:
        return one
    return _with_offer(one, OfferState.WITHDRAWN, "")


def hear_answer(one: ReceivedInvitation, answer: Answer) -> ReceivedInvitation:
    """The invitation after the asker's word; it counts for the revision that it names."""
    return replace(one, answer=newer_answer(one.answer, answer))


def hear_request(one: ReceivedInvitation, state: RequestState) -> ReceivedInvitation:
    """The invitation after its request changed; a closed one stays closed."""
    return replace(one, is_closed=one.is_closed or state is RequestState.CLOSED)


def introduce(one: ReceivedInvitation, contact: PublicContact) -> ReceivedInvitation:
    """The invitation with the asker's public contact."""
    return replace(one, contact=contact)


def _with_offer(one: ReceivedInvitation, state: OfferState, text: str) -> ReceivedInvitation:
    revision = one.offer.revision + 1 if one.offer else 1
    return replace(one, is_declined=False, offer=Offer(revision, state, text))
