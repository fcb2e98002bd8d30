"""What passes between asker and helper about one invitation, and where it stands between them.

The helper alone says what its offer is, the asker alone what it answers. Both compute from the same
two things where the invitation stands, so they agree as soon as each knows the other's newest word.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from intercoop_contracts.advice import OfferState, OfferVerdict


class Standing(StrEnum):
    """Where an offer stands between the two co-operatives."""

    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"


@dataclass(frozen=True, slots=True)
class Offer:
    """The helper's word; `revision` rises with each change of it, so one revision is one offer."""

    revision: int
    state: OfferState
    text: str = ""

    @property
    def is_live(self) -> bool:
        return self.state is OfferState.OFFERED


@dataclass(frozen=True, slots=True)
class AskersAnswer:
    """The asker's word on one revision of an offer: the first is the last."""

    offer_revision: int
    verdict: OfferVerdict


def newer_offer(known: Offer | None, heard: Offer) -> Offer:
    """The offer that counts; one that is known, or older, changes nothing."""
    return heard if known is None or heard.revision > known.revision else known


def newer_answer(known: AskersAnswer | None, heard: AskersAnswer) -> AskersAnswer:
    """The answer that counts; one to a revision that was answered, or older, changes nothing."""
    return heard if known is None or heard.offer_revision > known.offer_revision else known


def standing(offer: Offer, answer: AskersAnswer | None) -> Standing:
    """Where an offer stands; an answer to another revision says nothing about this one."""
    if not offer.is_live:
        return Standing.WITHDRAWN
    if answer is None or answer.offer_revision != offer.revision:
        return Standing.OFFERED
    match answer.verdict:
        case OfferVerdict.ACCEPTED:
            return Standing.ACCEPTED
        case OfferVerdict.NOT_TAKEN:
            return Standing.NOT_TAKEN
        case never:
            assert_never(never)
