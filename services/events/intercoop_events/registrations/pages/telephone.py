"""Staff register somebody who telephones: a person of this instance, in a co-operative's name."""

from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.http import RequestContext, today
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import (
    Done,
    Fault,
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
from intercoop_contracts.events import RegistrationState
from intercoop_events import access
from intercoop_events.meetings.store import known as meetings
from intercoop_events.organisations import store as organisations
from intercoop_events.people import store as people
from intercoop_events.registrations import handlers
from intercoop_events.registrations.domain import Registration
from intercoop_events.registrations.pages.rendering import MEETINGS, TEMPLATES

TOLD: Final = {
    RegistrationState.SEATED: N_("%(name)s has a seat."),
    RegistrationState.WAITING: N_("%(name)s is on the waiting list."),
    RegistrationState.ASKED: N_(
        "A seat is asked for %(name)s; the organiser has not answered yet."
    ),
}
CHOOSE: Final = N_("Choose who comes, in the name of which co-operative.")
NOT_POSSIBLE: Final = N_("This person is registered already, or the meeting takes nobody any more.")
_BETWEEN: Final = "/"
_CONFLICT, _WRONG, _OK = 409, 422, 200

router = page_router("events")


class GuestForm(BaseModel):
    """What the form sends: a person and a co-operative, as one choice."""

    guest: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody in the name of a co-operative; the radio button's value, and what people read."""

    value: str
    name: str
    organisation: str


@router.get("/meetings/{meeting_id:uuid}/guests/new", summary="Register somebody else")
async def choose(
    meeting_id: UUID,
    request: Request,
    _: Staff,
    context: RequestContext,
    q: Annotated[str, Query(max_length=200, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    return await _page(meeting_id, request, context, q)


@router.post("/meetings/{meeting_id:uuid}/guests/new", summary="Register somebody else")
async def register(
    meeting_id: UUID, request: Request, who: Staff, context: RequestContext
) -> Response:
    sent, said = {**await typed_in(request), "meeting": str(meeting_id)}, TEMPLATES.words(request)
    form, q = bind(GuestForm, sent, said), sent.get("q", "")[:200]
    chosen = _ids(form.model.guest) if form.model else None
    if chosen is None:
        wrong = form.with_faults(Fault("guest", said.gettext(CHOOSE)))
        return await _page(meeting_id, request, context, q, wrong)

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, sent, lambda: _registered(meeting_id, chosen, who, context, tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        wrong = form.with_faults(Fault("guest", said.gettext(NOT_POSSIBLE)))
        return await _page(meeting_id, request, context, q, wrong)
    return done(request, outcome.address, outcome.flash)


async def _registered(
    meeting_id: UUID, chosen: tuple[UUID, UUID], who: Identity, context: Context, tx: Transaction
) -> Done:
    person, organisation = chosen
    guest = await access.guest(person, organisation, who, context, tx)
    made = await handlers.register(guest, meeting_id, tx.new_id(), tx, now=context.clock())
    named = (await people.get_all([person], tx)).get(person)
    name = people.full_name(named) if named else ""
    is_home = made.organiser == context.settings.owner
    back = f"{MEETINGS}/{meeting_id}/guests" if is_home else f"{MEETINGS}/{meeting_id}"
    return Done(address=back, flash=_told(made, name))


def _told(made: Registration, name: str) -> Flash:
    undo = f"/events/registrations/{made.id}/undo"
    return Flash(text=TOLD[made.state], values={"name": name}, undo=undo)


async def _page(
    meeting_id: UUID,
    request: Request,
    context: Context,
    q: str,
    form: Form[GuestForm] | None = None,
) -> Response:
    async with context.db.read() as tx:
        known = await meetings.get(meeting_id, tx)
        if known is None:
            raise NotFoundError("No meeting has this id: list the coming ones to find it")
        choices, unplaced = await _choices(q, context, tx) if q.strip() else ([], [])
    shown = form or Form()
    values: dict[str, Any] = {  # Any: a template's values
        "known": known,
        "is_own": known.version is not None,
        "choices": choices,
        "unplaced": unplaced,
        "q": q,
        "form": shown,
        "here": f"{MEETINGS}/{meeting_id}",
        "once": new_once(),
    }
    status = _WRONG if shown.faults else _OK
    return TEMPLATES.page(request, "registrations/telephone.html", values, status=status)


async def _choices(q: str, context: Context, tx: Transaction) -> tuple[list[Choice], list[str]]:
    """Everybody of that name with each of their organisations; and who has none at present."""
    found = await people.find(q, tx)
    held = {id_: people.organisations_on(view, today(context)) for id_, view in found.items()}
    known = await organisations.get_all({each for ids in held.values() for each in ids}, tx)
    choices = [
        Choice(f"{id_}{_BETWEEN}{each}", people.full_name(found[id_]), known[each].view.name)
        for id_, ids in held.items()
        for each in ids
        if each in known
    ]
    placed = {choice.value.partition(_BETWEEN)[0] for choice in choices}
    return choices, [
        people.full_name(view) for id_, view in found.items() if str(id_) not in placed
    ]


def _ids(value: str) -> tuple[UUID, UUID] | None:
    person, _, organisation = value.partition(_BETWEEN)
    try:
        return UUID(person), UUID(organisation)
    except ValueError:
        return None
