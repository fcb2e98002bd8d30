"""Staff erase a person: asked first, with what disappears where, and for which reason."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    note_ended,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.accounts.handlers.sessions import open_sessions
from intercoop_directory.people.domain import operates
from intercoop_directory.people.domain.erasing import ErasureReason
from intercoop_directory.people.handlers import erase_person
from intercoop_directory.roster.pages.rendering import (
    LIST,
    OK,
    TEMPLATES,
    WRONG,
    decide_once,
    page,
    person_of,
)

ERASED: Final = Flash(text=N_("This person is erased here, and the other services are told."))

router = page_router("directory")


class TypedErasure(BaseModel):
    """What the form sends."""

    reason: ErasureReason


@router.get("/people/{person_id:uuid}/erase", summary="Erase a person: what disappears")
async def ask(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    return await _page(person_id, request, Form(), context)


@router.post("/people/{person_id:uuid}/erase", summary="Erase a person")
async def erase(
    person_id: UUID, request: Request, who: PeopleKeeper, context: RequestContext
) -> Response:
    sent = {**await typed_in(request), "of": str(person_id)}
    form = bind(TypedErasure, sent, TEMPLATES.words(request))
    typed = form.model
    if typed is None:
        return await _page(person_id, request, form, context)

    async with context.db.read() as tx:
        over = [session.id for session in await open_sessions(person_id, tx)]

    async def decide(tx: Transaction) -> Done:
        await person_of(person_id, tx)
        await erase_person(person_id, typed.reason, who.subject, tx)
        return Done(address=LIST, flash=ERASED)

    outcome: Done = await decide_once(context, who, sent, decide)
    note_ended(request, person_id, *over)
    return done(request, outcome.address, outcome.flash)


async def _page(
    person_id: UUID, request: Request, form: Form[TypedErasure], context: Context
) -> Response:
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
        sessions = len(await open_sessions(person_id, tx))
    values: dict[str, Any] = {  # Any: a template's values
        "form": form,
        "record": person.record,
        "sessions": sessions,
        "may_erase": not operates(person.record, today(context)),
        "once": new_once(),
        "here": f"{LIST}/{person_id}/erase",
        "back": f"{LIST}/{person_id}",
    }
    return page(request, "erase.html", values, status=WRONG if form.faults else OK)
