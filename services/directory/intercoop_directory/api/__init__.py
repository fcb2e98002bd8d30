"""HTTP in: who may ask for what, and what they are answered."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_directory.api import communes, imports, organisations, people, reading


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    for part in (reading, imports, organisations, people, communes):
        router.include_router(part.router)
    return router
