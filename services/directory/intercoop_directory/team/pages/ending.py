"""The form that ends a role on a day; whoever would shut themselves out by it is asked before."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import Done, Flash, Form, bind, done, once, typed_in
from intercoop_chassis.pages.inputs import Day
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Role
from intercoop_directory.people.domain import Person
from intercoop_directory.team import handlers
from intercoop_directory.team.handlers import Ending, OwnLastRight
from intercoop_directory.team.pages.shown import (
    NAMES,
    OK,
    TEMPLATES,
    WRONG,
    base_of,
    giver,
    page,
    person_of,
)


class TypedEnding(BaseModel):
    """What the form that ends a role sends; `sure` once they were asked."""

    role: Role
    day: Day
    sure: bool = False


async def ask(
    person_id: UUID,
    request: Request,
    _: Caller,
    context: RequestContext,
    role: Annotated[Role, Query()] = Role.STAFF,
) -> Response:
    person = await person_of(person_id, context)
    form: Form[TypedEnding] = Form({"day": today(context).isoformat(), "role": role.value})
    return _page(request, person, form, status=OK)


async def end(person_id: UUID, request: Request, who: Caller, context: RequestContext) -> Response:
    person, said = await person_of(person_id, context), TEMPLATES.words(request)
    sent, base = {**await typed_in(request), "of": str(person_id)}, base_of(request)
    form = bind(TypedEnding, sent, said)
    typed = form.model
    if typed is None:
        return _page(request, person, form)
    by = giver(who, context)
    ending = Ending(person_id, typed.role, typed.day, by, who.subject, typed.sure)

    async def work(tx: Transaction) -> Done | Refused | OwnLastRight:
        return await once(tx, who, sent, lambda: _ended(ending, base, tx))

    outcome = await context.db.command(work)
    match outcome:
        case Done():
            return done(request, outcome.address, outcome.flash)
        case OwnLastRight():
            return _page(request, person, form, is_asked=True)
        case Refused():
            return _page(request, person, form.refused(outcome, said))


async def _ended(ending: Ending, base: str, tx: Transaction) -> Done | Refused | OwnLastRight:
    outcome = await handlers.end(ending, tx)
    if not isinstance(outcome, Person):
        return outcome
    text = N_("%(name)s: the role ends on the day you said.")
    flash = Flash(text=text, values={"name": outcome.record.full_name})
    return Done(address=base, flash=flash)


def _page(
    request: Request,
    person: Person,
    form: Form[TypedEnding],
    *,
    is_asked: bool = False,
    status: int = WRONG,
) -> Response:
    """The form that ends the role which it names."""
    role = _role(form.value("role"))
    gettext = TEMPLATES.words(request).gettext
    values = {
        "person": person,
        "name": person.record.full_name,
        "role": role.value,
        "role_name": gettext(NAMES[role]) if role in NAMES else role.value,
        "form": form,
        "is_asked": is_asked,
    }
    return page(request, "end.html", values, status=status)


def _role(typed: str) -> Role:
    return Role(typed) if typed in set(Role) else Role.STAFF
