"""What the pages of people have in common: their templates, and that no browser keeps them."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import GoneError
from intercoop_chassis.pages import Done, Templates, once
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.people.handlers import no_such_person

T = TypeVar("T")

LIST: Final = "/directory/people"
MINE: Final = "/directory/mine"
INVITE: Final = f"{LIST}/invite"
TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)
GIVEN: Final = (Role.ASSOCIATE, Role.EMPLOYEE, Role.MANAGER, Role.ELECTED, Role.BOARD)
"""Roles of people in co-operatives; those of the instance are given on the team's page."""

SHOWN_NAME: Final = 80
OK: Final = 200
WRONG: Final = 422


def page(
    request: Request,
    name: str,
    values: Mapping[str, Any],  # Any: a template's values
    *,
    status: int = OK,
) -> Response:
    """A page that names people."""
    values = {"list": LIST, **values}
    return TEMPLATES.page(request, f"roster/{name}", values, status=status, no_store=True)


async def decide_once(
    context: Context,
    who: Identity,
    sent: Mapping[str, str],
    decide: Callable[[Transaction], Awaitable[Done | T]],
) -> Done | T:
    """What is decided, in a transaction; the second time what was done the first time."""

    async def work(tx: Transaction) -> Done | T:
        return await once(tx, who, sent, lambda: decide(tx))

    return await context.db.command(work)


async def person_of(person_id: UUID, tx: Transaction) -> Person:
    """Raises `GoneError` for whoever was erased, and `NotFoundError`."""
    person = await people.get(person_id, tx)
    if person is not None:
        return person
    if await people.is_erased(person_id, tx):
        raise GoneError("This person was erased")
    raise no_such_person()
