"""HTTP in: requests and the answers to offers, and the board of everybody's requests."""

from fastapi import APIRouter

from intercoop_advice.requests.api import board, offers, requests
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side


def routes(_: Context) -> APIRouter:
    return side_by_side([requests.router, offers.router, board.router])
