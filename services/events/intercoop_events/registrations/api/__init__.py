"""HTTP in: people register, and staff see who comes."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.registrations.api import guests, registrations


def routes(_: Context) -> APIRouter:
    return side_by_side([guests.router, registrations.router])
