"""Streams in: what other owners' co-operatives ask, and the offers to this owner's requests."""

from typing import Final

from intercoop_advice.exchange import Offer
from intercoop_advice.requests import handlers, projections
from intercoop_advice.requests.domain.invitation import HeardOffer
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import Told
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFERS, OfferView
from intercoop_contracts.streams import Ended

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ADVICE_REQUESTS, addressed=True)
SUBSCRIBERS.project(ADVICE_REQUESTS, forget=projections.forget_requests)(
    projections.remember_requests
)


@SUBSCRIBERS.told(OFFERS, to=lambda view: view.asker, locks=lambda view: view.request_id)
async def offered(told: Told[OfferView], tx: Transaction) -> None:
    match told.view:
        case OfferView() as view:
            offer = Offer(view.revision, view.state, view.text)
            heard = HeardOffer(told.id, view.request_id, view.organisation_id, told.sender, offer)
            await handlers.hear_offer(heard, tx)
        case Ended():
            pass
