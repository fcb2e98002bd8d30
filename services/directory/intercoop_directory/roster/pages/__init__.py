"""People: the list, records, forms and invitations of staff; and one's own co-operative."""

from fastapi import APIRouter, Depends

from intercoop_chassis.auth.caller import staff
from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_chassis.pages import add_part
from intercoop_directory.organisations.pages.blocks import add_block
from intercoop_directory.roster.pages import (
    editing,
    ending,
    erasing,
    giving,
    inviting,
    listing,
    mine,
    record,
)
from intercoop_directory.roster.pages.blocks import its_people
from intercoop_directory.roster.pages.waiting import waiting

add_block(its_people)
add_part(listing.router, "invited", waiting, Depends(staff))

_ROUTERS = (listing, inviting, record, editing, giving, ending, erasing, mine)


def pages(_: Context) -> APIRouter:
    return side_by_side([module.router for module in _ROUTERS])
