"""What staff see of mails: those that wait or were given up, with what can be done."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.mails.pages import listing, stuck, trying


def pages(_: Context) -> APIRouter:
    return side_by_side([listing.router, trying.router, stuck.router])
