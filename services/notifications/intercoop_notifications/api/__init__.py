"""HTTP in: who may ask for what, and what they are answered."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_notifications.api import live, notices, preferences, staff, stop
from intercoop_notifications.api.listening import Listening


def routes(context: Context) -> APIRouter:
    router = APIRouter()
    for part in (notices, preferences, stop, staff):
        router.include_router(part.router)
    router.include_router(live.routes(Listening(context.db, context.stop)))
    return router
