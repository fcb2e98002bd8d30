"""Being asked, as people see it: the question and why us, and what one can reply."""

from fastapi import APIRouter

from intercoop_advice.invitations.pages import leaving, offering
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side


def pages(_: Context) -> APIRouter:
    return side_by_side([offering.router, leaving.router])
