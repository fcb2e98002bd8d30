"""Organisations over HTTP: anyone of the network reads them, staff change their own."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_directory.organisations.api import editing, reading


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    for part in (reading, editing):
        router.include_router(part.router)
    return router
