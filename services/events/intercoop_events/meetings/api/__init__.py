"""HTTP in: everybody reads meetings, staff of the organiser announce and change them."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_events.meetings.api import changes, reading


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    router.include_router(reading.router)
    router.include_router(changes.router)
    return router
