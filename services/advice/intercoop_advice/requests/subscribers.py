"""Streams in: who the co-operatives are, who asks, who offers, and what was made of offers."""

from typing import Final
from uuid import UUID

from intercoop_advice.exchange import Answer, Offer
from intercoop_advice.invitations import handlers as received
from intercoop_advice.requests import handlers as requests, projections
from intercoop_advice.requests.handlers import HeardOffer
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFER_ANSWERS,
    OFFERS,
    AdviceRequestView,
    OfferAnswerView,
    OfferView,
)
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.streams import Ended

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.project(ORGANISATIONS, forget=projections.forget_organisations)(
    projections.remember_organisations
)
SUBSCRIBERS.project(ADVICE_REQUESTS, forget=projections.forget_requests)(
    projections.remember_requests
)
SUBSCRIBERS.read(ADVICE_REQUESTS, addressed=True)
SUBSCRIBERS.read(OFFERS, addressed=True)
SUBSCRIBERS.read(OFFER_ANSWERS, addressed=True)


@SUBSCRIBERS.each(ADVICE_REQUESTS)
async def request_changed(change: Change[AdviceRequestView], tx: Transaction) -> None:
    match change.after:
        case AdviceRequestView():
            await received.hear_request(change.owner, UUID(change.subject), tx)
        case Ended() as ended:
            await received.hear_end(change.owner, UUID(change.subject), ended, tx)


@SUBSCRIBERS.each(OFFERS, locks=lambda view: view.request_id)
async def offered(change: Change[OfferView], tx: Transaction) -> None:
    match change.after:
        case OfferView(asker=tx.owner) as view:
            offer = Offer(view.revision, view.state, view.text)
            heard = HeardOffer(view.request_id, view.organisation_id, change.owner, offer)
            await requests.hear_offer(UUID(change.subject), heard, tx)
        case OfferView() | Ended():
            pass


@SUBSCRIBERS.each(OFFER_ANSWERS, locks=lambda view: view.request_id)
async def answered(change: Change[OfferAnswerView], tx: Transaction) -> None:
    match change.after:
        case OfferAnswerView(helper=tx.owner) as view:
            answer = Answer(view.offer_revision, view.verdict)
            await received.hear_answer(UUID(change.subject), change.owner, answer, tx)
        case OfferAnswerView() | Ended():
            pass
