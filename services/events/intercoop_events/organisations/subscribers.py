"""Streams in: who the co-operatives of all owners are."""

from typing import Final

from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_events.organisations import projections

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(ORGANISATIONS)
SUBSCRIBERS.project(ORGANISATIONS, forget=projections.forget_organisations)(
    projections.remember_organisations
)
