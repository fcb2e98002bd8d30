"""Offers of help, and what the askers answer."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, IssuedBy, OwnId
from intercoop_contracts.streams import Audience, Stream, View


class OfferState(StrEnum):
    """A decline is never published: it looks like silence."""

    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class OfferView(View):
    """The helper's yes, keyed by the invitation."""

    asker: str
    request_id: Annotated[UUID, IssuedBy("asker")]
    organisation_id: OwnId
    revision: int = Field(description="Rises with each change of the offer")
    state: OfferState
    text: str = ""


class OfferVerdict(StrEnum):
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"


class OfferAnswerView(View):
    """The asker's answer to one revision of an offer, keyed by the invitation."""

    helper: str
    request_id: OwnId
    offer_revision: int
    verdict: OfferVerdict


OFFERS = Stream(
    name="offers",
    audience=Audience.SHARED,
    view=OfferView,
    event_types=("help-offered", "offer-withdrawn"),
    publisher="advice",
    key=IssuedBy("asker"),
)


OFFER_ANSWERS = Stream(
    name="offer-answers",
    audience=Audience.SHARED,
    view=OfferAnswerView,
    event_types=("offer-accepted", "offer-not-taken"),
    publisher="advice",
    key=OWN,
)
