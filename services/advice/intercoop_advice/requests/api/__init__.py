"""HTTP in: requests and the answers to offers, and the board of everybody's requests."""

from fastapi import APIRouter

from intercoop_advice.requests.api import board, offers, requests
from intercoop_chassis.context import Context


def routes(_: Context) -> APIRouter:
    router = APIRouter()
    for part in (requests, offers, board):
        router.include_router(part.router)
    return router
