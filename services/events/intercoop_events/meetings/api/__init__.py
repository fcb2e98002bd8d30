"""HTTP in: everybody reads meetings, staff of the organiser announce and change them."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.meetings.api import changes, reading


def routes(_: Context) -> APIRouter:
    return side_by_side([reading.router, changes.router])
