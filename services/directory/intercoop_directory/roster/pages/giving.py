"""Staff give somebody a mandate."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Role
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.people.domain import Mandate, Person
from intercoop_directory.roster.handlers.mandates import give_mandate
from intercoop_directory.roster.pages.form_page import LABELS
from intercoop_directory.roster.pages.mandate_form import MandateForm, Option, Unmeant, mandate_of
from intercoop_directory.roster.pages.rendering import (
    GIVEN,
    LIST,
    OK,
    TEMPLATES,
    WRONG,
    decide_once,
    page,
    person_of,
)
from intercoop_directory.team.pages.shown import giver

GAVE: Final = Flash(text=N_("The mandate is noted."))

router = page_router("directory")


@router.get("/people/{person_id:uuid}/mandates/new", summary="Give a mandate")
async def choose(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
    form: Form[MandateForm] = Form({"since": today(context).isoformat()})
    return _page(request, person, form)


@router.post("/people/{person_id:uuid}/mandates/new", summary="Save a mandate")
async def give(
    person_id: UUID, request: Request, who: PeopleKeeper, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
    said = TEMPLATES.words(request)
    sent = {**await typed_in(request), "to": str(person_id)}
    form = bind(MandateForm, sent, said)
    typed, role = form.model, giver(who, context)
    if typed is None:
        return _page(request, person, form)

    async def decide(tx: Transaction) -> Done | Refused | Unmeant:
        return await _given(person_id, await mandate_of(typed, said, tx), role, tx)

    outcome: Done | Refused | Unmeant = await decide_once(context, who, sent, decide)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    if isinstance(outcome, Refused):
        return _page(request, person, form.refused(outcome, said))
    return _page(request, person, form.with_faults(*outcome.faults), outcome.organisations)


async def _given(
    person_id: UUID, mandate: Mandate | Unmeant, giver: Role, tx: Transaction
) -> Done | Refused | Unmeant:
    if isinstance(mandate, Unmeant):
        return mandate
    changed = await give_mandate(person_id, mandate, giver, tx)
    if isinstance(changed, Refused):
        return changed
    return Done(address=f"{LIST}/{person_id}", flash=GAVE)


def _page(
    request: Request,
    person: Person,
    form: Form[MandateForm],
    organisations: Sequence[Option] = (),
) -> Response:
    gettext = TEMPLATES.words(request).gettext
    back = f"{LIST}/{person.id}"
    values: dict[str, Any] = {  # Any: a template's values
        "form": form,
        "name": person.record.full_name,
        "once": new_once(),
        "organisations": organisations,
        "roles": [role.value for role in GIVEN],
        "labels": {field: gettext(text) for field, text in LABELS.items()},
        "here": f"{back}/mandates/new",
        "back": back,
    }
    return page(request, "give.html", values, status=WRONG if form.faults else OK)
