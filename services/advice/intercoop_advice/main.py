"""The advice service, assembled."""

from pathlib import Path

from intercoop_advice.cooperatives import subscribers as known
from intercoop_advice.invitations import api as invitations, jobs, subscribers as invited
from intercoop_advice.neighbours import api as neighbours
from intercoop_advice.requests import api as requests, subscribers as asked
from intercoop_advice.settings import AdviceSettings
from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS, PEER_ADVICE

SERVICE = Service(
    name="advice",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ADVICE_REQUESTS, OFFERS, OFFER_ANSWERS, PEER_ADVICE],
    subscribers=Subscribers.together(known.SUBSCRIBERS, asked.SUBSCRIBERS, invited.SUBSCRIBERS),
    routes=[requests.routes, neighbours.routes, invitations.routes],
    jobs=jobs.JOBS,
    settings=AdviceSettings,
    checks={jobs.WHAT: jobs.withheld_invitations},
)
main = command_line(SERVICE)
