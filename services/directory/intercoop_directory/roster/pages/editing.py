"""Staff write a person down, and change what is said of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, bind, done, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import PersonView, Role
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.people import handlers
from intercoop_directory.people.domain import Person, PersonRecord, examine_person, person_record_of
from intercoop_directory.people.handlers import Outdated, Saved
from intercoop_directory.roster.pages.form import Typed, read_form
from intercoop_directory.roster.pages.form_page import FormPage, Wrong
from intercoop_directory.roster.pages.mandate_form import MandateForm, Option, Unmeant, mandate_of
from intercoop_directory.roster.pages.quicker import quicker_page
from intercoop_directory.roster.pages.rendering import LIST, SHOWN_NAME, decide_once, person_of
from intercoop_directory.team.pages.shown import giver

REGISTERED: Final = N_("%(name)s is there now. Invite them below, if they are to sign in.")
SAVED: Final = N_("Saved.")
JOINED: Final = N_("Saved, together with what somebody else has changed meanwhile.")
UNCHANGED: Final = N_("Nothing was to be changed.")

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent: who sent it, as it came and as it was read."""

    page: FormPage
    who: Identity
    sent: Mapping[str, str]
    typed: Typed

    @classmethod
    async def of(cls, page: FormPage, who: Identity) -> "Submission":
        sent = await typed_in(page.request)
        return cls(page, who, sent, read_form(sent, page.said))

    def refused(self, refused: Refused) -> Wrong:
        """All that is wrong: what cannot be read, and what a decision refuses."""
        form = self.typed.form
        why = form.refused(self.typed.at_its_fields(refused), self.page.said).faults
        return Wrong(form.with_faults(*form.faults, *why))

    def unreadable(self) -> Wrong | None:
        """Where not all of it can be read, all that is wrong with it."""
        if not self.typed.form.faults:
            return None
        examined = examine_person(self.typed.record())
        return self.refused(examined if isinstance(examined, Refused) else Refused(()))


@router.get("/people/new", summary="Write a person down")
async def new(
    request: Request,
    _: PeopleKeeper,
    context: RequestContext,
    organisation: Annotated[UUID | None, Query()] = None,
) -> Response:
    async with context.db.read() as tx:
        names = await names_of([organisation] if organisation else [], tx)
    return FormPage(request, context).fresh(*names.values())


@router.post("/people/new", summary="Register a person")
async def register(request: Request, who: PeopleKeeper, context: RequestContext) -> Response:
    submission = await Submission.of(FormPage(request, context), who)
    role = giver(who, context)

    async def decide(tx: Transaction) -> Done | Wrong:
        record = await _new_record(submission, tx)
        if isinstance(record, Wrong):
            return record
        return await _registered(submission, record, role, tx)

    outcome = await decide_once(context, who, submission.sent, decide)
    if isinstance(outcome, Done):
        return done(request, outcome.address, outcome.flash)
    return submission.page.again(submission.sent, outcome)


@router.get("/people/{person_id:uuid}/edit", summary="Change a person")
async def edit(
    person_id: UUID, request: Request, _: PeopleKeeper, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        person = await person_of(person_id, tx)
    return FormPage(request, context, person_id).of(person)


@router.post("/people/{person_id:uuid}/edit", summary="Save a person")
async def save(
    person_id: UUID, request: Request, who: PeopleKeeper, context: RequestContext
) -> Response:
    async with context.db.read() as tx:
        await person_of(person_id, tx)
    submission = await Submission.of(FormPage(request, context, person_id), who)
    read, role = _read(person_id, submission.sent), giver(who, context)

    async def decide(tx: Transaction) -> Done | Wrong | Outdated:
        return submission.unreadable() or await _amended(submission, read, role, tx)

    outcome: Done | Wrong | Outdated = await decide_once(context, who, submission.sent, decide)
    match outcome:
        case Done():
            return done(request, outcome.address, outcome.flash)
        case Wrong():
            return submission.page.again(submission.sent, outcome, read.record.full_name)
        case Outdated():
            return quicker_page(submission.page, outcome)


async def _registered(
    submission: Submission, record: PersonRecord, role: Role, tx: Transaction
) -> Done | Wrong:
    made = await handlers.register_person(record, tx.new_id(), tx, giver=role)
    if isinstance(made, Refused):
        return submission.refused(made)
    flash = Flash(text=REGISTERED, values={"name": made.record.full_name[:SHOWN_NAME]})
    return Done(address=f"{LIST}/{made.id}", flash=flash)


async def _amended(
    submission: Submission, read: Person, role: Role, tx: Transaction
) -> Done | Wrong | Outdated:
    sent = submission.typed.record(read.record)
    outcome = await handlers.amend_person_joining(read, sent, tx, giver=role)
    match outcome:
        case Refused():
            return submission.refused(outcome)
        case Outdated():
            return outcome
        case Saved():
            return Done(address=f"{LIST}/{read.id}", flash=Flash(text=_said(outcome)))


async def _new_record(submission: Submission, tx: Transaction) -> PersonRecord | Wrong:
    """Somebody new with their first mandate, if the form gives one; else all that is wrong."""
    said, sent = submission.page.said, submission.sent
    form = bind(MandateForm, sent, said)
    wrong = submission.unreadable()
    faults = [*(wrong.form.faults if wrong else ()), *form.faults]
    options: tuple[Option, ...] = ()
    record = submission.typed.record()
    if form.model is not None and form.model.is_there:
        mandate = await mandate_of(form.model, said, tx)
        if isinstance(mandate, Unmeant):
            faults += mandate.faults
            options = mandate.organisations
        else:
            record = replace(record, mandates=(mandate,))
    if faults:
        return Wrong(submission.typed.form.with_faults(*faults), options)
    return record


def _said(saved: Saved) -> str:
    if not saved.is_changed:
        return UNCHANGED
    return JOINED if saved.is_joined else SAVED


def _read(person_id: UUID, sent: Mapping[str, str]) -> Person:
    """The person as the form has shown them."""
    try:
        view = PersonView.model_validate_json(sent.get("was", ""))
        return Person(person_id, int(sent.get("version", "")), person_record_of(view))
    except (ValidationError, ValueError):
        raise InvalidError(
            "was", "is not what the form has brought along", "Open the form again"
        ) from None
