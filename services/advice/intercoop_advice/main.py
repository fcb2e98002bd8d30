"""The advice service, assembled."""

from pathlib import Path

from intercoop_advice.cooperatives.subscribers import SUBSCRIBERS as COOPERATIVES
from intercoop_advice.invitations import api as invitations
from intercoop_advice.invitations.subscribers import SUBSCRIBERS as INVITATIONS
from intercoop_advice.neighbours import api as neighbours
from intercoop_advice.requests import api as requests
from intercoop_advice.requests.subscribers import SUBSCRIBERS as REQUESTS
from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS, PEER_ADVICE

SERVICE = Service(
    name="advice",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ADVICE_REQUESTS, OFFERS, OFFER_ANSWERS, PEER_ADVICE],
    subscribers=Subscribers.together(COOPERATIVES, REQUESTS, INVITATIONS),
    routes=[requests.routes, neighbours.routes, invitations.routes],
)
main = command_line(SERVICE)
