"""Organisations as people see them: the list with its map, a record on a day, and its form."""

from fastapi import APIRouter

from intercoop_chassis.auth import MEMBER
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_chassis.pages import add_part
from intercoop_directory.organisations.pages import editing, listing, options, record
from intercoop_directory.organisations.pages.size import size

add_part(record.router, "size", size, MEMBER)


def pages(_: Context) -> APIRouter:
    return side_by_side([listing.router, record.router, editing.router, options.router])
