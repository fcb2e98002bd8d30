"""HTTP in: one's own notices, as a list and live, and for staff what nobody could be told."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_notifications.notices.api import live, reading, undelivered
from intercoop_notifications.notices.api.listening import Listening


def routes(context: Context) -> APIRouter:
    router = APIRouter()
    router.include_router(reading.router)
    router.include_router(undelivered.router)
    router.include_router(live.routes(Listening(context.db, context.stop)))
    return router
