"""HTTP in: who may ask for what, and what they are answered."""

from fastapi import APIRouter

from intercoop_chassis.service import Context
from intercoop_events.calendars import api as calendars
from intercoop_events.meetings.api import meetings, reading
from intercoop_events.registrations.api import registrations


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    for part in (reading, meetings, registrations, calendars):
        router.include_router(part.router)
    return router
