"""What staff write: a meeting announced, changed, copied, cancelled."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.meetings.pages import cancelling, editing


def pages(_: Context) -> APIRouter:
    return side_by_side([editing.router, cancelling.router])
