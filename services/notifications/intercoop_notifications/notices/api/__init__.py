"""HTTP in: one's own notices, as a list and live, and for staff what nobody could be told."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.notices.api import live, reading, undelivered
from intercoop_notifications.notices.api.listening import Listening


def routes(context: Context) -> APIRouter:
    at_once = live.routes(Listening(context.db, context.stop))
    return side_by_side([reading.router, undelivered.router, at_once])
