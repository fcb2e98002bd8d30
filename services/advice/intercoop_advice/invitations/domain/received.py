"""The helper's side: an invitation that a co-operative received, and what it makes of it.

A decline stays here: for everybody else it looks like silence.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_advice.exchange import AskersAnswer, Offer, newer_answer, standing
from intercoop_advice.wording import about_a_text
from intercoop_chassis.refusals import Refused
from intercoop_chassis.spelling import tidy_lines
from intercoop_contracts.advice import OfferState, RequestState
from intercoop_contracts.bounds import MAX_TEXT
from intercoop_contracts.directory import PublicContact

NO_SUCH_INVITATION: Final = "No invitation of yours has this id: list them to find the right one"


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
class HeardAnswer:
    """An asker's answer to an offer: on which invitation, and by which owner it was said."""

    invitation_id: UUID
    request_id: UUID
    asker: str
    answer: AskersAnswer


@dataclass(frozen=True, slots=True)
class ReceivedInvitation:
    """An invitation of a co-operative of this instance to `owner`'s request."""

    id: UUID
    owner: str
    request_id: UUID
    organisation_id: UUID
    organisation_name: str | None = None
    """As this instance's directory has it now; None where it is not in it any more."""
    is_declined: bool = False
    is_closed: bool = False
    """Whether the request is."""
    offer: Offer | None = None
    answer: AskersAnswer | None = None
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


def offer(invitation: ReceivedInvitation, text: str) -> ReceivedInvitation | Refused:
    """The invitation with help offered; the same words again are the same offer."""
    words = tidy_lines(text)
    wrong = tuple(about_a_text("text", words, MAX_TEXT))
    if wrong:
        return Refused(wrong)
    if invitation.offer and invitation.offer.is_live and invitation.offer.text == words:
        return invitation
    return _with_offer(invitation, OfferState.OFFERED, words)


def decline(invitation: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation, declined; the very same when there is nothing left to decline."""
    if invitation.state is not ReceivedState.INVITED:
        return invitation
    return replace(invitation, is_declined=True)


def as_if_silent(invitation: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation as everybody may see it: a decline looks like silence."""
    return replace(invitation, is_declined=False)


def withdraw(invitation: ReceivedInvitation) -> ReceivedInvitation:
    """The invitation with its offer withdrawn; the very same when none is live."""
    if invitation.offer is None or not invitation.offer.is_live:
        return invitation
    return _with_offer(invitation, OfferState.WITHDRAWN, "")


def hear_answer(invitation: ReceivedInvitation, answer: AskersAnswer) -> ReceivedInvitation:
    """The invitation after the asker's word; it counts for the revision that it names."""
    return replace(invitation, answer=newer_answer(invitation.answer, answer))


def hear_request(invitation: ReceivedInvitation, state: RequestState) -> ReceivedInvitation:
    """The invitation after its request changed; once closed, it stays so."""
    return replace(invitation, is_closed=invitation.is_closed or state is RequestState.CLOSED)


def introduce(invitation: ReceivedInvitation, contact: PublicContact) -> ReceivedInvitation:
    """The invitation with the asker's public contact."""
    return replace(invitation, contact=contact)


def _with_offer(invitation: ReceivedInvitation, state: OfferState, text: str) -> ReceivedInvitation:
    revision = invitation.offer.revision + 1 if invitation.offer else 1
    return replace(invitation, is_declined=False, offer=Offer(revision, state, text))
