"""What the team's pages have in common: where they are, what roles are called, who gives which."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.pages import Templates, new_once
from intercoop_chassis.pages.menu import N_
from intercoop_contracts.directory import Role
from intercoop_directory.accounts.pages.opening import NAME
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.people.handlers import no_such_person

TEAM: Final = "/directory/team"
OF_SETUP: Final = "/directory/setup/team/members"
"""Operators are no staff by that: they make the first staff here."""

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
NAMES: Final = {
    Role.ADVISER: N_("Adviser"),
    Role.STAFF: N_("Staff"),
    Role.OPERATOR: N_("Operator"),
}
OK: Final = 200
WRONG: Final = 422


def page(
    request: Request,
    name: str,
    values: dict[str, Any],  # Any: a template's values
    *,
    status: int = OK,
) -> Response:
    base = base_of(request)
    common = {"base": base, "is_setup": base == OF_SETUP, "fault": "", "once": new_once()}
    values = {**common, "own_name": NAME, **values}
    return TEMPLATES.page(request, f"team/{name}", values, status=status, no_store=True)


def base_of(request: Request) -> str:
    """The address of the team's pages that a request came to."""
    return OF_SETUP if request.url.path.startswith(OF_SETUP) else TEAM


def may_give(role: Role, request: Request) -> bool:
    who = request.state.who
    is_operator = isinstance(who, Identity) and who.is_operator_of(who.owner)
    return role is not Role.OPERATOR or is_operator


def giver(who: Identity, context: Context) -> Role:
    """In whose name somebody gives and ends roles."""
    return Role.OPERATOR if who.is_operator_of(context.settings.owner) else Role.STAFF


async def person_of(person_id: UUID, context: Context) -> Person:
    """Raises `NotFoundError`."""
    async with context.db.read() as tx:
        person = await people.get(person_id, tx)
    if person is None:
        raise no_such_person()
    return person
