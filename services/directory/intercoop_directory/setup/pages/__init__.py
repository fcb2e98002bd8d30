"""`/directory/setup`: the steps by which an instance begins, for whoever operates it."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_directory.setup.pages import identity, logo, notice, overview, trial_mail


def pages(_: Context) -> APIRouter:
    parts = (overview, identity, logo, notice, trial_mail)
    return side_by_side([part.router for part in parts])
