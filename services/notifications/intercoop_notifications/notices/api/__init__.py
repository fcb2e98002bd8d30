"""HTTP in: who may ask for what, and what they are answered."""

from fastapi import APIRouter

from intercoop_chassis.service import Context
from intercoop_notifications.mails import api as staff
from intercoop_notifications.notices.api import live, reading as notices
from intercoop_notifications.notices.api.listening import Listening
from intercoop_notifications.preferences import api as preferences, pages as stop


def routes(context: Context) -> APIRouter:
    router = APIRouter()
    for part in (notices, preferences, stop, staff):
        router.include_router(part.router)
    router.include_router(live.routes(Listening(context.db, context.stop)))
    return router
