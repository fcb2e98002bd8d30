"""Streams in: what other owners publish of their organisations."""

from typing import Final

from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_directory.organisations import projections

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.project(ORGANISATIONS, forget=projections.forget)(projections.remember)
