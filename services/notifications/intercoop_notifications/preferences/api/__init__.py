"""HTTP in: what one gets by mail, and the link of each mail that stops such mails."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.preferences.api import one_click, wishes


def routes(_: Context) -> APIRouter:
    return side_by_side([wishes.router, one_click.router])
