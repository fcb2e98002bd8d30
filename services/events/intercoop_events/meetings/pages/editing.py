"""Staff announce a meeting, as a copy of another one perhaps, and change it."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import ConflictError, InvalidError, NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, done, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.events import Format, MeetingView
from intercoop_events.meetings.domain.meeting import Meeting, MeetingDraft
from intercoop_events.meetings.handlers import schedule as handlers
from intercoop_events.meetings.handlers.schedule import Outdated, Saved
from intercoop_events.meetings.pages.form import Typed, read_form
from intercoop_events.meetings.pages.form_page import FormPage, Wrong
from intercoop_events.meetings.pages.meaning import Unmeant, draft_meant
from intercoop_events.meetings.pages.quicker import quicker_page
from intercoop_events.meetings.pages.rendering import LIST
from intercoop_events.meetings.store import meetings

ANNOUNCED: Final = N_("%(title)s is announced to the whole network.")
SAVED: Final = N_("Saved. Whoever is registered hears of another date or place.")
JOINED: Final = N_("Saved, together with what somebody else has changed meanwhile.")
UNCHANGED: Final = N_("Nothing was to be changed.")
_SHOWN_TITLE: Final = 80

router = page_router("events")


@router.get("/meetings/new", summary="Announce a meeting")
async def new(
    request: Request,
    _: Staff,
    context: RequestContext,
    wanted: Annotated[Format, Query(alias="format")] = Format.VISIT,
    copy: Annotated[UUID | None, Query()] = None,
) -> Response:
    page = FormPage(request, context)
    if copy is None:
        return page.fresh(wanted)
    async with context.db.read() as tx:
        meeting = await own_meeting(copy, tx)
    return await page.copy_of(meeting)


@router.post("/meetings/new", summary="Announce a meeting to the network")
async def announce(request: Request, who: Staff, context: RequestContext) -> Response:
    page, sent = FormPage(request, context), await typed_in(request)
    typed = read_form(sent, page.said)

    async def decide(tx: Transaction) -> Done | Wrong:
        draft = await _draft(typed, None, page, tx)
        if isinstance(draft, Wrong):
            return draft
        made = await handlers.schedule(draft, tx.new_id(), tx, now=context.clock())
        if isinstance(made, Refused):
            return Wrong(typed.form.refused(made, page.said))
        flash = Flash(text=ANNOUNCED, values={"title": made.view.title[:_SHOWN_TITLE]})
        return Done(address=f"{LIST}/{made.id}", flash=flash)

    async def work(tx: Transaction) -> Done | Wrong:
        return await once(tx, who, sent, lambda: decide(tx))

    outcome = await context.db.command(work)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return page.again(sent, outcome)


@router.get("/meetings/{meeting_id:uuid}/edit", summary="Change a meeting")
async def edit(meeting_id: UUID, request: Request, _: Staff, context: RequestContext) -> Response:
    async with context.db.read() as tx:
        meeting = await own_meeting(meeting_id, tx)
    return await FormPage(request, context, meeting_id).of(meeting)


@router.post("/meetings/{meeting_id:uuid}/edit", summary="Save a meeting")
async def save(meeting_id: UUID, request: Request, who: Staff, context: RequestContext) -> Response:
    page = FormPage(request, context, meeting_id)
    sent = {**await typed_in(request), "meeting": str(meeting_id)}
    typed, read = read_form(sent, page.said), _read(meeting_id, sent)

    async def decide(tx: Transaction) -> Done | Wrong | Outdated:
        draft = await _draft(typed, read.view, page, tx)
        return draft if isinstance(draft, Wrong) else await _amended(page, typed, read, draft, tx)

    async def work(tx: Transaction) -> Done | Wrong | Outdated:
        return await once(tx, who, sent, lambda: decide(tx))

    outcome = await context.db.command(work)
    match outcome:
        case Done():
            return done(request, outcome.address, outcome.flash)
        case Wrong():
            return page.again(sent, outcome, read.view.title)
        case Outdated():
            return await quicker_page(page, outcome)


async def own_meeting(meeting_id: UUID, tx: Transaction) -> Meeting:
    """Raises `NotFoundError`, and `ConflictError` for another owner's: it is changed there."""
    meeting = await meetings.own(meeting_id, tx)
    if meeting is None:
        organiser = await meetings.organiser_of(meeting_id, tx)
        if organiser:
            raise ConflictError(f"This meeting is {organiser}'s: only there it can be changed")
        raise NotFoundError("No meeting has this id: list the coming ones to find the right one")
    return meeting


async def _draft(
    typed: Typed, was: MeetingView | None, page: FormPage, tx: Transaction
) -> MeetingDraft | Wrong:
    """What the form says, where all of it can be read and means something; else what is wrong."""
    draft = await draft_meant(typed.readable, was, page.said, tx)
    if isinstance(draft, Unmeant):
        faults = (*typed.form.faults, *draft.faults)
        return Wrong(typed.form.with_faults(*faults), draft.communes, draft.hosts)
    return Wrong(typed.form) if typed.form.faults else draft


async def _amended(
    page: FormPage, typed: Typed, read: Meeting, draft: MeetingDraft, tx: Transaction
) -> Done | Wrong | Outdated:
    outcome = await handlers.amend_joining(read, draft, tx, now=page.context.clock())
    match outcome:
        case Refused():
            return Wrong(typed.form.refused(outcome, page.said))
        case Outdated():
            return outcome
        case Saved():
            return Done(address=page.back, flash=Flash(text=_said(outcome)))


def _said(saved: Saved) -> str:
    if not saved.is_changed:
        return UNCHANGED
    return JOINED if saved.is_joined else SAVED


def _read(meeting_id: UUID, sent: Mapping[str, str]) -> Meeting:
    """The meeting as the form has shown it."""
    seats, _, view = sent.get("was", "").partition(" ")
    try:
        was = MeetingView.model_validate_json(view)
        return Meeting(meeting_id, int(sent.get("version", "")), int(seats), was)
    except (ValidationError, ValueError):
        raise InvalidError(
            "was", "is not what the form has brought along", "Open the form again"
        ) from None
