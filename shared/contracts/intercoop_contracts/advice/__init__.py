"""What `advice` publishes: who asks for help, who offers it, and what was made of an offer."""

from intercoop_contracts.advice.offers import (
    OFFER_ANSWERS,
    OFFERS,
    OfferAnswerView,
    OfferState,
    OfferVerdict,
    OfferView,
)
from intercoop_contracts.advice.peer_advice import (
    PEER_ADVICE,
    CounterpartView,
    PeerAdviceState,
    PeerAdviceView,
    Side,
)
from intercoop_contracts.advice.requests import (
    ADVICE_REQUESTS,
    AdviceRequestView,
    InvitationView,
    RequestState,
)

__all__ = [
    "ADVICE_REQUESTS",
    "OFFERS",
    "OFFER_ANSWERS",
    "PEER_ADVICE",
    "AdviceRequestView",
    "CounterpartView",
    "InvitationView",
    "OfferAnswerView",
    "OfferState",
    "OfferVerdict",
    "OfferView",
    "PeerAdviceState",
    "PeerAdviceView",
    "RequestState",
    "Side",
]
