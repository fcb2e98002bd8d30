"""The advice service, assembled."""

from pathlib import Path

from intercoop_advice.requests.api import routes
from intercoop_advice.requests.subscribers import SUBSCRIBERS
from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS, PEER_ADVICE

SERVICE = Service(
    name="advice",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ADVICE_REQUESTS, OFFERS, OFFER_ANSWERS, PEER_ADVICE],
    subscribers=SUBSCRIBERS,
    routes=[routes],
)
main = command_line(SERVICE)
