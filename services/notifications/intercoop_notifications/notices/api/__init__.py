"""HTTP in: one's own notices, as a list and live, and for staff what nobody could be told."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.notices.api import live, reading, undelivered


def routes(_: Context) -> APIRouter:
    return side_by_side([reading.router, undelivered.router, live.router])
