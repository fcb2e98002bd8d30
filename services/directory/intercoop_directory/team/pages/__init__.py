"""`/directory/team`: who works here; and the same within the first run, for operators."""

from fastapi import APIRouter
from fastapi.params import Depends

from intercoop_chassis.auth.caller import operator, staff
from intercoop_chassis.context import Context
from intercoop_chassis.pages import page_router
from intercoop_directory.team.pages import ending, giving, listing
from intercoop_directory.team.pages.shown import OF_SETUP, TEAM


def pages(_: Context) -> APIRouter:
    router = page_router("directory")
    for base, guard in ((TEAM, staff), (OF_SETUP, operator)):
        _add(router, base.removeprefix("/directory"), Depends(guard))
    return router


def _add(router: APIRouter, base: str, right: Depends) -> None:
    person = f"{base}/{{person_id:uuid}}"
    for method, path, answer, summary in (
        ("GET", base, listing.index, "Who works here"),
        ("GET", f"{base}/give", giving.choose, "Find who is to have a role"),
        ("POST", f"{base}/give", giving.give, "Give a role, and invite"),
        ("GET", f"{person}/end", ending.ask, "End a role: which day"),
        ("POST", f"{person}/end", ending.end, "End a role on a day"),
        ("POST", f"{person}/invite", listing.invite_again, "Invite somebody again"),
        ("POST", f"{person}/revoke", listing.take_back, "Take an invitation back"),
    ):
        router.add_api_route(path, answer, methods=[method], summary=summary, dependencies=[right])
