"""The list in three tabs, a request as its people or everybody reads it, and parts of boards."""

from fastapi import APIRouter

from intercoop_advice.overview.pages import listing, parts, record, staff_parts
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side


def pages(_: Context) -> APIRouter:
    return side_by_side([listing.router, record.router, parts.router, staff_parts.router])
