"""Streams in: who asks this owner's co-operatives, and what was made of their offers."""

from typing import Final

from intercoop_advice.exchange import AskersAnswer
from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.received import HeardAnswer
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import Told
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFER_ANSWERS,
    AdviceRequestView,
    OfferAnswerView,
)
from intercoop_contracts.streams import Ended

SUBSCRIBERS: Final = Subscribers()


@SUBSCRIBERS.told(ADVICE_REQUESTS)
async def request_changed(told: Told[AdviceRequestView], tx: Transaction) -> None:
    match told.view:
        case AdviceRequestView():
            await handlers.hear_request(told.sender, told.id, tx)
        case Ended() as ended:
            await handlers.hear_end(told.sender, told.id, ended, tx)


@SUBSCRIBERS.told(OFFER_ANSWERS, to=lambda view: view.helper, locks=lambda view: view.request_id)
async def answered(told: Told[OfferAnswerView], tx: Transaction) -> None:
    match told.view:
        case OfferAnswerView() as view:
            answer = AskersAnswer(view.offer_revision, view.verdict)
            heard = HeardAnswer(told.id, view.request_id, told.sender, answer)
            await handlers.hear_answer(heard, tx)
        case Ended():
            pass
