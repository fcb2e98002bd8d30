"""Offers of help, and what the askers answer."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, IssuedBy, OwnId
from intercoop_contracts.bounds import LongText, Revision, Slug
from intercoop_contracts.streams import Audience, Stream, View


class OfferState(StrEnum):
    """A decline is never published: it looks like silence."""

    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class OfferView(View):
    """The helper's yes, keyed by the invitation."""

    asker: Slug
    request_id: Annotated[UUID, IssuedBy("asker")]
    organisation_id: OwnId
    revision: Revision = Field(description="Rises with each change of the offer")
    state: OfferState
    text: LongText = ""


class OfferVerdict(StrEnum):
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"


class OfferAnswerView(View):
    """The asker's answer to one revision of an offer, keyed by the invitation."""

    helper: Slug
    request_id: OwnId
    offer_revision: Revision
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
