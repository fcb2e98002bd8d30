"""The directory's part of `/steering`: our members and jobs by territory, and each union's."""

from datetime import date
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth import STEERING
from intercoop_chassis.context import Context
from intercoop_chassis.http import today
from intercoop_chassis.pages import Templates, add_part, page_router
from intercoop_directory.communes.handlers import territories
from intercoop_directory.organisations.pages.asked import Asked
from intercoop_directory.organisations.store.owners import owner_names
from intercoop_directory.steering import store

_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)

_router = page_router("directory")


async def members(request: Request, context: Context) -> Markup:
    """Members, jobs, who joined and left in twelve months; without members of ours, the unions'."""
    on, home = today(context), context.settings.owner
    since = _a_year_before(on)
    async with context.db.read() as tx:
        ours = await store.our_territories(on, since, tx)
        left = await store.how_many_left(since, on, tx)
        owners = () if ours else await store.every_owners(on, tx)
        names = await owner_names({each.owner for each in owners}, tx)
    list_of_ours = Asked(owner=home)
    values = {
        "ours": ours,
        "left": left,
        "since": since,
        "owners": owners,
        "owner_names": names,
        "departement": territories().departement,
        "whole": list_of_ours.address(),
        "in_departement": list_of_ours.addresses("departement"),
        "of_owner": Asked().addresses("owner"),
    }
    return _TEMPLATES.markup(request, "steering/members.html", values)


def _a_year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


add_part(_router, "members", members, STEERING)


def pages(_: Context) -> APIRouter:
    return _router
