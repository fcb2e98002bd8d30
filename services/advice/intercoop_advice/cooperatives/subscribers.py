"""Streams in: who the co-operatives of all owners are, and what people of this one may do."""

from typing import Final

from intercoop_advice.cooperatives import projections
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.directory import ACCOUNTS, ORGANISATIONS, PRESENTATIONS

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ACCOUNTS)
SUBSCRIBERS.read(PRESENTATIONS)
SUBSCRIBERS.project(ORGANISATIONS, forget=projections.forget_organisations)(
    projections.remember_organisations
)
