"""A co-operative that a request asks: what it offers, and what the asker makes of that."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from intercoop_advice.exchange import AskersAnswer, Offer, newer_offer, standing
from intercoop_contracts.advice import OfferVerdict
from intercoop_contracts.directory import PublicContact


class InvitationState(StrEnum):
    """Where an invitation stands for the asker; a decline looks like silence."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A co-operative that was asked. `helper` is the owner whose member it is."""

    id: UUID
    organisation_id: UUID
    helper: str
    name: str
    asked_at: datetime
    offer: Offer | None = None
    answer: AskersAnswer | None = None
    contact: PublicContact | None = None
    """The helper's, while both have said yes."""
    has_helped: bool = False

    @property
    def state(self) -> InvitationState:
        if self.offer is None:
            return InvitationState.ASKED
        return InvitationState(standing(self.offer, self.answer))

    @property
    def is_accepted(self) -> bool:
        return self.state is InvitationState.ACCEPTED


@dataclass(frozen=True, slots=True)
class HeardOffer:
    """A helper's word on an invitation: which one, to whom, and by which owner it was said."""

    invitation_id: UUID
    request_id: UUID
    organisation_id: UUID
    helper: str
    offer: Offer


def answered(invitation: Invitation, verdict: OfferVerdict) -> Invitation:
    """The invitation with its offer answered; the very same where none waits for an answer."""
    if invitation.offer is None or invitation.state is not InvitationState.OFFERED:
        return invitation
    return replace(invitation, answer=AskersAnswer(invitation.offer.revision, verdict))


def offered(invitation: Invitation, offer: Offer) -> Invitation:
    """The invitation with the offer that counts; a contact goes with the acceptance."""
    return _settled(replace(invitation, offer=newer_offer(invitation.offer, offer)))


def introduced(invitation: Invitation, contact: PublicContact) -> Invitation:
    """The invitation with the helper's public contact, where both have said yes."""
    return _settled(replace(invitation, contact=contact))


def _settled(invitation: Invitation) -> Invitation:
    """Without a contact, unless both have said yes."""
    return invitation if invitation.is_accepted else replace(invitation, contact=None)
