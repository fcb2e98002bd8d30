"""Streams in: who asks this owner's co-operatives, and what was made of their offers."""

from typing import Final
from uuid import UUID

from intercoop_advice.exchange import AskersAnswer
from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.received import HeardAnswer
from intercoop_advice.settings import AdviceSettings
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.publishing.telling import Told
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    OFFER_ANSWERS,
    AdviceRequestView,
    OfferAnswerView,
    RequestState,
)
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from intercoop_contracts.streams import Ended

SUBSCRIBERS: Final = Subscribers()


@SUBSCRIBERS.each(ORGANISATIONS)
async def organisation_changed(change: Change[OrganisationView], tx: Transaction) -> None:
    """One of this instance's own may be asked already; others' are none of its business."""
    if change.owner == tx.owner and isinstance(change.after, OrganisationView):
        limits = tx.settings_as(AdviceSettings).limits
        await handlers.hear_organisation(UUID(change.subject), limits, tx)


@SUBSCRIBERS.told(ADVICE_REQUESTS)
async def request_changed(told: Told[AdviceRequestView], tx: Transaction) -> None:
    """A request that asks nobody of this instance is not worked on until it is closed."""
    limits = None if told.sender == tx.owner else tx.settings_as(AdviceSettings).limits
    match told.view:
        case AdviceRequestView() as view:
            if any(each.helper == tx.owner for each in view.invitations):
                await handlers.hear_request(told.sender, told.id, limits, tx)
            elif view.state is RequestState.CLOSED:
                await handlers.hear_dropped(told.sender, told.id, limits, tx)
        case Ended():
            await handlers.hear_end(told.sender, told.id, tx)


@SUBSCRIBERS.told(OFFER_ANSWERS, to=lambda view: view.helper, locks=lambda view: view.request_id)
async def answered(told: Told[OfferAnswerView], tx: Transaction) -> None:
    match told.view:
        case OfferAnswerView() as view:
            answer = AskersAnswer(view.offer_revision, view.verdict)
            heard = HeardAnswer(told.id, view.request_id, told.sender, answer)
            await handlers.hear_answer(heard, tx)
        case Ended():
            pass
