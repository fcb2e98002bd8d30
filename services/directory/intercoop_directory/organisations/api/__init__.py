"""Organisations over HTTP: anyone of the network reads them, staff change their own."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_directory.organisations.api import choosing, editing, reading


def routes(_: Context) -> APIRouter:
    return side_by_side([reading.router, choosing.router, editing.router])
