"""Meetings as people see them: the agenda, a meeting with one's own place, one's registrations."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_events.agenda.pages import listing, mine, options, parts, public, record, registering


def pages(_: Context) -> APIRouter:
    shown = (listing, mine, options, parts, public, record, registering)
    return side_by_side([each.router for each in shown])
