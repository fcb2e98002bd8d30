"""HTTP in: people register, and staff see who comes."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_events.registrations.api import guests, registrations


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    router.include_router(guests.router)
    router.include_router(registrations.router)
    return router
