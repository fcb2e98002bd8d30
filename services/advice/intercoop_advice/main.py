"""The advice service, assembled."""

from pathlib import Path

from intercoop_advice.edges import PAGES, ROUTES, SUBSCRIBERS
from intercoop_advice.invitations import jobs
from intercoop_advice.settings import AdviceSettings
from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS, PEER_ADVICE

SERVICE = Service(
    name="advice",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ADVICE_REQUESTS, OFFERS, OFFER_ANSWERS, PEER_ADVICE],
    subscribers=SUBSCRIBERS,
    routes=ROUTES,
    pages=PAGES,
    jobs=jobs.JOBS,
    settings=AdviceSettings,
    checks={jobs.WHAT: jobs.withheld_invitations},
)
main = command_line(SERVICE)
