"""What people see of their choices: what comes by mail, and the page behind a mail's stop link."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_notifications.preferences.pages import choosing, stopping


def pages(_: Context) -> APIRouter:
    return side_by_side([choosing.router, stopping.router])
