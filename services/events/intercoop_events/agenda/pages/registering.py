"""Somebody registers, takes that back, or gives a seat back after they were asked."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import ONCE, Done, Flash, bind, done, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import RegistrationState
from intercoop_events import access
from intercoop_events.agenda.pages.asked import LIST
from intercoop_events.agenda.pages.record import NotDone, record_page
from intercoop_events.agenda.pages.rendering import TEMPLATES, common
from intercoop_events.meetings.store import known as meetings
from intercoop_events.organisations import store as organisations
from intercoop_events.registrations import handlers
from intercoop_events.registrations.domain import Registration

MINE: Final = "/events/registrations"
SEATED: Final = N_("You have a seat. See you on %(day)s, %(hour)s.")
WAITING: Final = N_("It is full: you are on the waiting list. We will tell you.")
ASKED: Final = N_("Sent to %(owner)s. It usually answers within seconds; we will tell you.")
UNDONE: Final = N_("You are not registered any more.")
GIVEN_BACK: Final = N_("Your seat is given back.")
LEFT: Final = N_("You are not on the waiting list any more.")
TAKEN_BACK: Final = N_("Your request is taken back.")
CHOOSE: Final = N_("Choose the co-operative in whose name you come.")
CHANGED: Final = N_("This was not done, because something has changed. This is how it is now.")
_GONE: Final = {
    RegistrationState.SEATED: GIVEN_BACK,
    RegistrationState.WAITING: LEFT,
    RegistrationState.ASKED: TAKEN_BACK,
}
_WRONG, _CONFLICT = 422, 409

router = page_router("events")


class RegisterForm(BaseModel):
    """What the form sends: the co-operative in whose name somebody comes."""

    organisation: Annotated[UUID, Field()]


@router.post("/meetings/{meeting_id:uuid}/register", summary="Register for a meeting")
async def register(
    meeting_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    sent, said = {**await typed_in(request), "meeting": str(meeting_id)}, TEMPLATES.words(request)
    form = bind(RegisterForm, sent, said)
    if form.model is None:
        fault = NotDone(said.gettext(CHOOSE), _WRONG)
        return await record_page(meeting_id, request, who, context, fault)
    organisation = form.model.organisation

    async def decide(tx: Transaction) -> Done:
        guest = await access.guest(None, organisation, who, context, tx)
        made = await handlers.register(guest, meeting_id, tx.new_id(), tx, now=context.clock())
        return Done(address=f"{LIST}/{meeting_id}", flash=await _told(made, request, tx))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, sent, lambda: decide(tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        return await _as_it_is(meeting_id, request, who, context)
    return done(request, outcome.address, outcome.flash)


@router.post("/registrations/{registration_id:uuid}/undo", summary="Take a registration back")
async def undo(
    registration_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    """Its button has no field: the address says which one."""

    async def decide(tx: Transaction) -> Done:
        before = await access.their_registration(registration_id, who, context, tx)
        await handlers.withdraw(registration_id, tx, now=context.clock())
        return Done(address=_back(before, who), flash=Flash(text=UNDONE))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, {ONCE: f"undo/{registration_id}"}, lambda: decide(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)


@router.get("/registrations/{registration_id:uuid}/withdraw", summary="Give a seat back?")
async def ask(
    registration_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        registration = await access.their_registration(registration_id, who, context, tx)
        known = await meetings.get(registration.meeting_id, tx)
        owners = await organisations.owner_names({registration.organiser}, tx)
    if known is None or not registration.is_live or context.clock() >= known.view.starts:
        return done(request, _back(registration, who))
    values = {
        **common(request, context.settings.owner, owners),
        "registration": registration,
        "known": known,
        "is_own": registration.person_id == who.subject,
        "back": _back(registration, who),
        "now": context.clock(),
    }
    return TEMPLATES.page(request, "agenda/withdraw.html", values)


@router.post("/registrations/{registration_id:uuid}/withdraw", summary="Give a seat back")
async def withdraw(
    registration_id: UUID, request: Request, who: Caller, context: RequestContext
) -> Response:
    """Again changes nothing."""

    async def work(tx: Transaction) -> Registration:
        before = await access.their_registration(registration_id, who, context, tx)
        await handlers.withdraw(registration_id, tx, now=context.clock())
        return before

    try:
        before = await context.db.command(work)
    except ConflictError:
        return done(request, f"{MINE}/{registration_id}/withdraw")
    text = _GONE.get(before.state)
    return done(request, _back(before, who), Flash(text=text) if text else None)


async def _as_it_is(
    meeting_id: UUID, request: Request, who: Identity, context: Context
) -> Response:
    """The meeting as it is now: full, cancelled or begun meanwhile, or somebody has a place."""
    fault = NotDone(TEMPLATES.words(request).gettext(CHANGED), _CONFLICT)
    return await record_page(meeting_id, request, who, context, fault)


async def _told(made: Registration, request: Request, tx: Transaction) -> Flash:
    """What somebody is told who has just registered, with the way to take it back."""
    undo_at = f"{MINE}/{made.id}/undo"
    if made.state is RegistrationState.WAITING:
        return Flash(text=WAITING, undo=undo_at)
    if made.state is RegistrationState.ASKED:
        names = await organisations.owner_names({made.organiser}, tx)
        owner = names.get(made.organiser, made.organiser)
        return Flash(text=ASKED, values={"owner": owner}, undo=undo_at)
    known, said = await meetings.get(made.meeting_id, tx), TEMPLATES.words(request)
    if known is None:
        return Flash(text=WAITING, undo=undo_at)
    day, hour = said.weekday(known.view.starts), said.hour(known.view.starts)
    return Flash(text=SEATED, values={"day": day, "hour": hour}, undo=undo_at)


def _back(registration: Registration, who: Identity) -> str:
    """The meeting's page; for staff who did it for somebody else, its guests."""
    meeting = f"{LIST}/{registration.meeting_id}"
    is_own = registration.person_id == who.subject
    return meeting if is_own or registration.organiser != who.owner else f"{meeting}/guests"
