"""What people see of their notices: the list by day, the bell, and both while they change."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.notices.pages import bell, listing, live, marking, undelivered


def pages(_: Context) -> APIRouter:
    return side_by_side(
        [listing.router, marking.router, bell.router, live.router, undelivered.router]
    )
