"""HTTP in: who may ask for what, and what they are answered."""

from fastapi import APIRouter

from intercoop_advice.api import board, deciding, invitations, neighbours, requests
from intercoop_chassis.context import Context


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    for part in (requests, neighbours, deciding, invitations, board):
        router.include_router(part.router)
    return router
