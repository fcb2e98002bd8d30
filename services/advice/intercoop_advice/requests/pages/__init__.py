"""Asking as people do it: write the question, choose whom to ask, answer offers, close."""

from fastapi import APIRouter

from intercoop_advice.requests.pages import asking, choosing, closing, deciding
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side


def pages(_: Context) -> APIRouter:
    return side_by_side([asking.router, choosing.router, deciding.router, closing.router])
