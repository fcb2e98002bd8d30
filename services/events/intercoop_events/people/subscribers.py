"""Streams in: who the people of this instance are."""

from typing import Final

from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.directory import PEOPLE
from intercoop_events.people import projections

SUBSCRIBERS: Final = Subscribers()
SUBSCRIBERS.read(PEOPLE)
SUBSCRIBERS.project(PEOPLE, forget=projections.forget_people)(projections.remember_people)
