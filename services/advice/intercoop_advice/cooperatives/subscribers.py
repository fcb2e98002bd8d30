"""Streams in: who the co-operatives of all owners are."""

from typing import Final

from intercoop_advice.cooperatives import projections
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.directory import ORGANISATIONS

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.project(ORGANISATIONS, forget=projections.forget_organisations)(
    projections.remember_organisations
)
