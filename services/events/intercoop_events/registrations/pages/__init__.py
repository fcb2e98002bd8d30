"""For staff: who comes to a meeting, as a page, on paper and as a file; whoever telephones."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.registrations.pages import guests, telephone


def pages(_: Context) -> APIRouter:
    return side_by_side([guests.router, telephone.router])
