"""Staff write an organisation down, change it, and take a change back."""

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import ONCE, Done, Flash, done, once, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.access import OrganisationEditor, why_not_home
from intercoop_directory.organisations import handlers
from intercoop_directory.organisations.domain.organisation import Organisation
from intercoop_directory.organisations.domain.views import record_of
from intercoop_directory.organisations.handlers import OrganisationDraft, Outdated, Saved
from intercoop_directory.organisations.pages.asked import LIST
from intercoop_directory.organisations.pages.form_page import FormPage, Wrong
from intercoop_directory.organisations.pages.quicker import quicker_page
from intercoop_directory.organisations.pages.submission import Submission
from intercoop_directory.organisations.store import own

REGISTERED: Final = N_("%(name)s is in the directory.")
SAVED: Final = N_("Saved.")
JOINED: Final = N_("Saved, together with what somebody else has changed meanwhile.")
UNCHANGED: Final = N_("Nothing was to be changed.")
UNDONE: Final = N_("It is as it was before.")
_SHOWN_NAME: Final = 80

router = page_router("directory")


@router.get("/organisations/new", summary="Write an organisation down")
async def new(request: Request, _: OrganisationEditor, context: RequestContext) -> Response:
    page = FormPage(request, context)
    async with context.db.read() as tx:
        owners = await page.choice_of_owners(tx)
    return page.fresh(owners)


@router.post("/organisations/new", summary="Register an organisation")
async def register(request: Request, who: OrganisationEditor, context: RequestContext) -> Response:
    submission = await Submission.of(FormPage(request, context), who)

    async def decide(tx: Transaction) -> Done | Wrong:
        draft = await submission.draft(tx, is_sample=False)
        return draft if isinstance(draft, Wrong) else await _registered(submission, draft, tx)

    outcome = await submission.decide_once(decide)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return await submission.again(outcome)


@router.get("/organisations/{organisation_id:uuid}/edit", summary="Change an organisation")
async def edit(
    organisation_id: UUID, request: Request, _: OrganisationEditor, context: RequestContext
) -> Response:
    page = FormPage(request, context, organisation_id)
    async with context.db.read() as tx:
        known = await own.read(organisation_id, tx)
        if known is None:
            raise await why_not_home(organisation_id, tx)
        owners = await page.choice_of_owners(tx)
    return page.of(known, owners)


@router.post("/organisations/{organisation_id:uuid}/edit", summary="Save an organisation")
async def save(
    organisation_id: UUID, request: Request, who: OrganisationEditor, context: RequestContext
) -> Response:
    submission = await Submission.of(FormPage(request, context, organisation_id), who)
    read = _read(organisation_id, submission.sent)

    async def decide(tx: Transaction) -> Done | Wrong | Outdated:
        draft = await submission.draft(tx, is_sample=read.record.is_sample)
        return draft if isinstance(draft, Wrong) else await _amended(submission, read, draft, tx)

    outcome = await submission.decide_once(decide)
    match outcome:
        case Done():
            return done(request, outcome.address, outcome.flash)
        case Wrong():
            return await submission.again(outcome)
        case Outdated():
            return await quicker_page(submission.page, outcome)


@router.post("/organisations/{organisation_id:uuid}/undo", summary="Take the last change back")
async def undo(
    organisation_id: UUID,
    request: Request,
    who: OrganisationEditor,
    context: RequestContext,
    version: Annotated[int, Query(ge=2)],
) -> Response:
    """Its button has no field: the address says which change, and is what is done once."""

    async def decide(tx: Transaction) -> Done:
        if await handlers.undo(organisation_id, version, tx) is None:
            raise await why_not_home(organisation_id, tx)
        return Done(address=f"{LIST}/{organisation_id}", flash=Flash(text=UNDONE))

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, {ONCE: f"undo/{organisation_id}/{version}"}, lambda: decide(tx))

    outcome = await context.db.command(work)
    return done(request, outcome.address, outcome.flash)


async def _registered(
    submission: Submission, draft: OrganisationDraft, tx: Transaction
) -> Done | Wrong:
    made = await handlers.register(draft, tx.new_id(), tx)
    if isinstance(made, Refused):
        return submission.refused(made)
    flash = Flash(text=REGISTERED, values={"name": made.record.name[:_SHOWN_NAME]})
    return Done(address=f"{LIST}/{made.id}", flash=flash)


async def _amended(
    submission: Submission, read: Organisation, draft: OrganisationDraft, tx: Transaction
) -> Done | Wrong | Outdated:
    outcome = await handlers.amend_joining(read, draft, tx)
    match outcome:
        case None:
            raise await why_not_home(read.id, tx)
        case Refused():
            return submission.refused(outcome)
        case Outdated():
            return outcome
        case Saved():
            return Done(address=f"{LIST}/{read.id}", flash=_said(outcome))


def _said(saved: Saved) -> Flash:
    """What is said after it; only what was changed by it can be undone."""
    if not saved.is_changed:
        return Flash(text=UNCHANGED)
    after = saved.organisation
    text = JOINED if saved.is_joined else SAVED
    return Flash(text=text, undo=f"{LIST}/{after.id}/undo?version={after.version}")


def _read(organisation_id: UUID, sent: Mapping[str, str]) -> Organisation:
    """The organisation as the form has shown it."""
    try:
        view = OrganisationView.model_validate_json(sent.get("was", ""))
        return Organisation(organisation_id, int(sent.get("version", "")), record_of(view))
    except (ValidationError, ValueError):
        raise InvalidError(
            "was", "is not what the form has brought along", "Open the form again"
        ) from None
