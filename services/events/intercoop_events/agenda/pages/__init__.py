"""Meetings as people see them: the agenda, a meeting with one's own place, one's registrations."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.agenda.pages import listing, mine, options, record, registering


def pages(_: Context) -> APIRouter:
    return side_by_side(
        [listing.router, mine.router, options.router, record.router, registering.router]
    )
