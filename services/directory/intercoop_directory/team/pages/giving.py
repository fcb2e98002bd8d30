"""The form that gives a role: to somebody of the directory, or to a newcomer, who is invited."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import Done, Flash, Form, bind, done, once, typed_in
from intercoop_chassis.pages.inputs import Day
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Role
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.people.handlers import no_such_person
from intercoop_directory.team import handlers, store
from intercoop_directory.team.domain import ROLES, Newcomer
from intercoop_directory.team.handlers import Gift, Given
from intercoop_directory.team.pages.shown import (
    NAMES,
    TEMPLATES,
    WRONG,
    base_of,
    giver,
    may_give,
    page,
    person_of,
)


class TypedGift(BaseModel):
    """What the form that gives a role sends: to somebody, or to a newcomer."""

    person: UUID | None = None
    given_name: str = Field("", max_length=2000)
    family_name: str = Field("", max_length=2000)
    address: str = Field("", max_length=2000)
    role: Role
    since: Day


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
        raise no_such_person()
    form: Form[TypedGift] = Form({"since": today(context).isoformat(), "role": Role.STAFF.value})
    values = {"q": q, "found": found, **_values(request, form, chosen)}
    return page(request, "give.html", values)


async def give(request: Request, who: Caller, context: RequestContext) -> Response:
    sent, said = await typed_in(request), TEMPLATES.words(request)
    form = bind(TypedGift, sent, said)
    typed, outcome, chosen = form.model, None, None
    if typed is not None:
        gift, base = Gift(typed.role, typed.since, giver(who, context)), base_of(request)

        async def work(tx: Transaction) -> Done | Refused:
            return await once(tx, who, sent, lambda: _given(typed, gift, base, tx))

        outcome = await context.db.command(work)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    if isinstance(outcome, Refused):
        form = form.refused(outcome, said)
    if typed is not None and typed.person is not None:
        chosen = await person_of(typed.person, context)
    values = {"q": "", "found": [], **_values(request, form, chosen)}
    return page(request, "give.html", values, status=WRONG)


async def _given(typed: TypedGift, gift: Gift, base: str, tx: Transaction) -> Done | Refused:
    if typed.person is not None:
        given = await handlers.give(typed.person, gift, tx)
    else:
        newcomer = Newcomer(typed.given_name, typed.family_name, typed.address)
        given = await handlers.give_to_newcomer(newcomer, gift, tx)
    if isinstance(given, Refused):
        return given
    return Done(address=base, flash=_told(given))


def _told(given: Given) -> Flash:
    values = {"name": given.person.record.full_name}
    if given.is_invited:
        text = N_("%(name)s has the role. The invitation leaves now, and is good for seven days.")
        return Flash(text=text, values=values)
    return Flash(text=N_("%(name)s has the role."), values=values)


def _values(
    request: Request, form: Form[TypedGift], chosen: Person | None
) -> dict[str, Any]:  # Any: a template's values
    gettext = TEMPLATES.words(request).gettext
    choices = [(role.value, gettext(NAMES[role])) for role in ROLES if may_give(role, request)]
    name = chosen.record.full_name if chosen else ""
    return {"form": form, "chosen": chosen, "name": name, "choices": choices}
