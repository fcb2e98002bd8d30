"""`/directory/team`: who works here; and the same within the first run, for operators."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.params import Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.caller import operator, staff
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import Flash, Form, Templates, bind, done, page_router, typed_in
from intercoop_chassis.pages.inputs import Day
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Role
from intercoop_directory.invitations.handlers import invite, revoke
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.team import handlers, store
from intercoop_directory.team.domain import ROLES, Member, Newcomer
from intercoop_directory.team.handlers import Ending, Gift, Given, OwnLastRight

TEAM: Final = "/directory/team"
OF_SETUP: Final = "/directory/setup/team/members"
"""Operators are no staff by that: they make the first staff here."""

_TEMPLATES: Final = Templates(
    Path(__file__).parent / "templates", Path(__file__).parents[1] / "locale"
)
_NAMES: Final = {
    Role.ADVISER: N_("Adviser"),
    Role.STAFF: N_("Staff"),
    Role.OPERATOR: N_("Operator"),
}
_OK: Final = 200
_WRONG: Final = 422


class TypedGift(BaseModel):
    """What the form that gives a role sends: to somebody, or to a newcomer."""

    person: UUID | None = None
    given_name: str = Field("", max_length=2000)
    family_name: str = Field("", max_length=2000)
    address: str = Field("", max_length=2000)
    role: Role
    since: Day


class TypedEnding(BaseModel):
    """What the form that ends a role sends; `sure` once they were asked."""

    role: Role
    day: Day
    sure: bool = False


async def index(request: Request, who: Caller, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        team = await handlers.members(tx)
    return _page(request, "list.html", {"members": _shown(team, request), "me": who.subject})


async def choose(
    request: Request,
    _: Caller,
    context: RequestContext,
    q: Annotated[str, Query(max_length=200)] = "",
    person: Annotated[UUID | None, Query()] = None,
) -> Response:
    """Find who is to have a role; with `person`, say which."""
    async with context.db.read() as tx:
        found = await store.find(q, tx) if q.strip() else []
        chosen = await people.get(person, tx) if person else None
    if person is not None and chosen is None:
        raise NotFoundError("No person of this instance has this id: find them by name")
    form: Form[TypedGift] = Form({"since": today(context).isoformat(), "role": Role.STAFF.value})
    values = {"q": q, "found": found, **_gift_values(request, form, chosen)}
    return _page(request, "give.html", values)


async def give(request: Request, who: Caller, context: RequestContext) -> Response:
    said = _TEMPLATES.words(request)
    form = bind(TypedGift, await typed_in(request), said)
    typed, outcome, chosen = form.model, None, None
    if typed is not None:
        gift = Gift(typed.role, typed.since, _giver(who, context))
        outcome = await context.db.command(lambda tx: _give(typed, gift, tx))
    if isinstance(outcome, Given):
        return done(request, _base(request), _told(outcome))
    if isinstance(outcome, Refused):
        form = form.refused(outcome, said)
    if typed is not None and typed.person is not None:
        chosen = await _person(typed.person, context)
    values = {"q": "", "found": [], **_gift_values(request, form, chosen)}
    return _page(request, "give.html", values, status=_WRONG)


async def ask_end(
    person_id: UUID,
    request: Request,
    _: Caller,
    context: RequestContext,
    role: Annotated[Role, Query()] = Role.STAFF,
) -> Response:
    person = await _person(person_id, context)
    form: Form[TypedEnding] = Form({"day": today(context).isoformat(), "role": role.value})
    return _end_page(request, person, form, status=_OK)


async def end(person_id: UUID, request: Request, who: Caller, context: RequestContext) -> Response:
    person, said = await _person(person_id, context), _TEMPLATES.words(request)
    form = bind(TypedEnding, await typed_in(request), said)
    typed = form.model
    if typed is None:
        return _end_page(request, person, form)
    ending = Ending(person_id, typed.role, typed.day, _giver(who, context), who.subject, typed.sure)
    outcome = await context.db.command(lambda tx: handlers.end(ending, tx))
    if isinstance(outcome, OwnLastRight):
        return _end_page(request, person, form, is_asked=True)
    if isinstance(outcome, Refused):
        refused = form.refused(outcome, said)
        return _end_page(request, person, refused)
    name = _name(person)
    flash = Flash(text=N_("%(name)s: the role ends on the day you said."), values={"name": name})
    return done(request, _base(request), flash)


async def invite_again(person_id: UUID, request: Request, context: RequestContext) -> Response:
    outcome = await context.db.command(lambda tx: invite(person_id, tx))
    if isinstance(outcome, Refused):
        form: Form[TypedGift] = Form()
        refused = form.refused(outcome, _TEMPLATES.words(request))
        async with context.db.read() as tx:
            team = await handlers.members(tx)
        values = {"members": _shown(team, request), "me": None, "fault": refused.fault("address")}
        return _page(request, "list.html", values, status=_WRONG)
    flash = Flash(text=N_("The invitation leaves now. It is good for seven days."))
    return done(request, _base(request), flash)


async def take_back(person_id: UUID, request: Request, context: RequestContext) -> Response:
    await context.db.command(lambda tx: revoke(person_id, tx))
    return done(request, _base(request), Flash(text=N_("The invitation opens nothing any more.")))


def pages(_: Context) -> APIRouter:
    router = page_router("directory")
    for base, guard in ((TEAM, staff), (OF_SETUP, operator)):
        _add(router, base.removeprefix("/directory"), Depends(guard))
    return router


def _add(router: APIRouter, base: str, right: Depends) -> None:
    person = f"{base}/{{person_id:uuid}}"
    for method, path, answer, summary in (
        ("GET", base, index, "Who works here"),
        ("GET", f"{base}/give", choose, "Find who is to have a role"),
        ("POST", f"{base}/give", give, "Give a role, and invite"),
        ("GET", f"{person}/end", ask_end, "End a role: which day"),
        ("POST", f"{person}/end", end, "End a role on a day"),
        ("POST", f"{person}/invite", invite_again, "Invite somebody again"),
        ("POST", f"{person}/revoke", take_back, "Take an invitation back"),
    ):
        router.add_api_route(path, answer, methods=[method], summary=summary, dependencies=[right])


async def _give(typed: TypedGift, gift: Gift, tx: Transaction) -> Given | Refused:
    if typed.person is not None:
        return await handlers.give(typed.person, gift, tx)
    newcomer = Newcomer(typed.given_name, typed.family_name, typed.address)
    return await handlers.give_to_newcomer(newcomer, gift, tx)


def _page(
    request: Request,
    name: str,
    values: dict[str, Any],  # Any: a template's values
    *,
    status: int = _OK,
) -> Response:
    common = {"base": _base(request), "is_setup": _base(request) == OF_SETUP, "fault": ""}
    return _TEMPLATES.page(request, f"team/{name}", {**common, **values}, status=status)


def _end_page(
    request: Request,
    person: Person,
    form: Form[TypedEnding],
    *,
    is_asked: bool = False,
    status: int = _WRONG,
) -> Response:
    """The form that ends the role which it names."""
    role = _role(form.value("role"))
    gettext = _TEMPLATES.words(request).gettext
    values = {
        "person": person,
        "name": _name(person),
        "role": role.value,
        "role_name": gettext(_NAMES[role]) if role in _NAMES else role.value,
        "form": form,
        "is_asked": is_asked,
    }
    return _page(request, "end.html", values, status=status)


def _gift_values(
    request: Request, form: Form[TypedGift], chosen: Person | None
) -> dict[str, Any]:  # Any: a template's values
    gettext = _TEMPLATES.words(request).gettext
    choices = [(role.value, gettext(_NAMES[role])) for role in ROLES if _may_give(role, request)]
    name = _name(chosen) if chosen else ""
    return {"form": form, "chosen": chosen, "name": name, "choices": choices}


def _shown(team: Sequence[Member], request: Request) -> list[tuple[Member, list[dict[str, Any]]]]:
    """Each with their roles in words.

    A role is shown with a way to end it to whoever may.
    """
    gettext = _TEMPLATES.words(request).gettext
    return [
        (
            member,
            [
                {
                    "role": held.role.value,
                    "name": gettext(_NAMES[held.role]),
                    "since": held.since,
                    "until": held.until,
                    "may_end": held.until is None and _may_give(held.role, request),
                }
                for held in member.roles
            ],
        )
        for member in team
    ]


def _may_give(role: Role, request: Request) -> bool:
    who = request.state.who
    is_operator = isinstance(who, Identity) and who.is_operator_of(who.owner)
    return role is not Role.OPERATOR or is_operator


def _giver(who: Identity, context: Context) -> Role:
    return Role.OPERATOR if who.is_operator_of(context.settings.owner) else Role.STAFF


def _told(given: Given) -> Flash:
    values = {"name": _name(given.person)}
    if given.is_invited:
        text = N_("%(name)s has the role. The invitation leaves now, and is good for seven days.")
        return Flash(text=text, values=values)
    return Flash(text=N_("%(name)s has the role."), values=values)


def _name(person: Person) -> str:
    return f"{person.record.given_name} {person.record.family_name}"


def _role(typed: str) -> Role:
    return Role(typed) if typed in set(Role) else Role.STAFF


def _base(request: Request) -> str:
    return OF_SETUP if request.url.path.startswith(OF_SETUP) else TEAM


async def _person(person_id: UUID, context: Context) -> Person:
    async with context.db.read() as tx:
        person = await people.get(person_id, tx)
    if person is None:
        raise NotFoundError("No person of this instance has this id: find them by name")
    return person
