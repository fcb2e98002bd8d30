"""Staff cancel a meeting: asked on a page of its own, with a reason, and whom it tells."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import Body, Text
from intercoop_chassis.pages import (
    Done,
    Flash,
    Form,
    bind,
    done,
    new_once,
    once,
    page_router,
    typed_in,
)
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.handlers import schedule as handlers
from intercoop_events.meetings.pages.editing import own_meeting
from intercoop_events.meetings.pages.rendering import LIST, TEMPLATES
from intercoop_events.meetings.store import known as read, seats
from intercoop_events.organisations import store as organisations

CANCELLED: Final = N_("The meeting is cancelled. Everybody who is registered is told.")
_OK, _WRONG = 200, 422

router = page_router("events")


class CancelForm(Body):
    """What the form sends."""

    because: Annotated[Text, Field(min_length=1)]
    once: str = ""


@router.get("/meetings/{meeting_id:uuid}/cancel", summary="Cancel a meeting?")
async def ask(meeting_id: UUID, request: Request, _: Staff, context: RequestContext) -> Response:
    return await _page(meeting_id, request, context, Form())


@router.post("/meetings/{meeting_id:uuid}/cancel", summary="Cancel a meeting for good")
async def cancel(
    meeting_id: UUID, request: Request, who: Staff, context: RequestContext
) -> Response:
    typed = await typed_in(request)
    form = bind(CancelForm, typed, TEMPLATES.words(request))
    if form.model is None:
        return await _page(meeting_id, request, context, form)
    because, sent = form.model.because, {**typed, "meeting": str(meeting_id)}

    async def decide(tx: Transaction) -> Done:
        await handlers.cancel(meeting_id, because, tx)
        return Done(address=f"{LIST}/{meeting_id}", flash=Flash(text=CANCELLED))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, sent, lambda: decide(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)


async def _page(
    meeting_id: UUID, request: Request, context: Context, form: Form[CancelForm]
) -> Response:
    home = context.settings.owner
    async with context.db.read() as tx:
        meeting = await own_meeting(meeting_id, tx)
        known = await read.get(meeting_id, tx)
        askers = await seats.askers(meeting_id, tx)
        owners = await organisations.owner_names(askers, tx)
    if meeting.is_cancelled:
        return done(request, f"{LIST}/{meeting_id}")
    values: dict[str, Any] = {  # Any: a template's values
        "view": meeting.view,
        "seats": known.seats if known else None,
        "others": [(owners.get(one, one), n) for one, n in askers.items() if one != home],
        "form": form,
        "here": f"{LIST}/{meeting_id}",
        "once": new_once(),
    }
    status = _WRONG if form.faults else _OK
    return TEMPLATES.page(request, "meetings/cancel.html", values, status=status)
