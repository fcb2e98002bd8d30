"""Registrations of this instance's people, for meetings of the whole network."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from intercoop_chassis.auth import Caller
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.errors import ForbiddenError, InvalidError
from intercoop_chassis.http import Answer, Here, Once, Page, Paging
from intercoop_chassis.http.texts import Body
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_chassis.service import Context
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_contracts.events import RefusalReason, RegistrationState
from intercoop_events.meetings.domain.known import KnownMeeting
from intercoop_events.meetings.domain.meeting import place_in_words
from intercoop_events.meetings.store import known as calendar
from intercoop_events.registrations import handlers, store as registrations
from intercoop_events.registrations.domain import Registration
from intercoop_events.registrations.store import Chosen, RegistrationPosition

router = APIRouter()


class RegistrationBody(Body):
    """Who wants to come. Members register themselves, staff anybody of this instance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "meeting_id": "01938f1e-0000-7000-8000-0000000000aa",
                    "organisation_id": "01938f1e-0000-7000-8000-00000000000a",
                }
            ]
        }
    )

    meeting_id: UUID
    organisation_id: UUID = Field(description="The co-operative that the guest comes for")
    person_id: UUID | None = Field(None, description="Yourself, when it is left out")


class RegistrationAnswer(BaseModel):
    """A registration. `asked` is not confirmed yet: the organiser's answer has not arrived."""

    id: UUID = Field(description="The guest's seat code")
    meeting_id: UUID
    organiser: str
    person_id: UUID
    organisation_id: UUID
    state: RegistrationState
    refused_because: RefusalReason | None
    title: str | None
    starts: datetime | None
    ends: datetime | None
    place: str | None

    @classmethod
    def of(cls, one: Registration, meeting: KnownMeeting | None) -> Self:
        view = meeting.view if meeting else None
        return cls(
            id=one.id,
            meeting_id=one.meeting_id,
            organiser=one.organiser,
            person_id=one.person_id,
            organisation_id=one.organisation_id,
            state=one.state,
            refused_because=one.refused_because,
            title=view.title if view else None,
            starts=view.starts if view else None,
            ends=view.ends if view else None,
            place=place_in_words(view.place) if view else None,
        )


@router.post(
    "/registrations",
    status_code=201,
    response_model=RegistrationAnswer,
    summary="Register for a meeting of the network",
)
async def register(
    body: RegistrationBody, who: Caller, once: Once, request: Request, here: Here
) -> Response:
    """At a meeting of this instance the answer is there at once.

    At another organiser's the registration is `asked`, not confirmed, until that one has answered.
    """
    _check_home(who, here)

    async def work(tx: Transaction) -> RegistrationAnswer:
        guest = await _guest(body, who, here, tx)
        one = await handlers.register(guest, body.meeting_id, uuid7(), tx, now=here.clock())
        return await _answer(one, tx)

    def answer(made: RegistrationAnswer) -> Answer:
        return Answer(made, headers={"Location": f"{request.url.path}/{made.id}"})

    return await once.run(here.db, work, answer)


@router.get("/registrations", summary="List your registrations, the newest first")
async def index(
    who: Caller,
    page: Paging,
    here: Here,
    meeting: Annotated[UUID | None, Query(description="For this meeting only")] = None,
    person: Annotated[UUID | None, Query(description="Staff: of this person")] = None,
) -> Page[RegistrationAnswer]:
    """Staff see those of everybody of this instance."""
    _check_home(who, here)
    is_staff = who.is_staff_of(here.settings.owner)
    chosen = Chosen(person if is_staff else who.subject, meeting)
    async with here.db.read() as tx:
        after = page.after(RegistrationPosition)
        found = await registrations.list_registrations(chosen, after, page.fetch, tx)
        shown = page.of(found, lambda one: RegistrationPosition(one.id))
        meetings = await calendar.get_all({one.meeting_id for one in shown.items}, tx)
    items = [RegistrationAnswer.of(one, meetings.get(one.meeting_id)) for one in shown.items]
    return Page(items=items, next=shown.next)


@router.get("/registrations/{registration_id:uuid}", summary="Read a registration")
async def show(registration_id: UUID, who: Caller, here: Here) -> RegistrationAnswer:
    """Your own; staff read everybody's of this instance."""
    async with here.db.read() as tx:
        return await _answer(await _theirs(registration_id, who, here, tx), tx)


@router.post(
    "/registrations/{registration_id:uuid}/withdraw",
    response_model=RegistrationAnswer,
    summary="Give a seat back",
)
async def withdraw(registration_id: UUID, who: Caller, once: Once, here: Here) -> Response:
    """Your own; staff anybody's. The first who waits gets the seat. Again changes nothing."""

    async def work(tx: Transaction) -> RegistrationAnswer:
        await _theirs(registration_id, who, here, tx)
        after = await handlers.withdraw(registration_id, tx, now=here.clock())
        return await _answer(after, tx)

    return await once.run(here.db, work, lambda made: Answer(made, status=200))


def _check_home(who: Identity, here: Context) -> None:
    if who.owner != here.settings.owner:
        raise ForbiddenError(
            f"This is {here.settings.owner}'s instance and you are of {who.owner}: "
            f"register at {who.owner}'s, which asks for the seat"
        )


async def _guest(
    body: RegistrationBody, who: Identity, here: Context, tx: Transaction
) -> handlers.Guest:
    person = body.person_id or who.subject
    is_staff = who.is_staff_of(here.settings.owner)
    if person != who.subject and not is_staff:
        raise ForbiddenError("Only staff register somebody else: leave person_id out")
    if not is_staff and not who.acts_for(body.organisation_id):
        raise ForbiddenError("You register in the name of a co-operative of your own")
    if await look_up(ORGANISATIONS, body.organisation_id, tx) is None:
        remedy = "Find it there, or register it first"
        raise InvalidError("organisation_id", "is not in the directory", remedy)
    if person != who.subject and await look_up(PEOPLE, person, tx) is None:
        remedy = "Register the person in the directory first"
        raise InvalidError("person_id", "is not a person of this instance", remedy)
    return handlers.Guest(person, body.organisation_id)


async def _theirs(
    registration_id: UUID, who: Identity, here: Context, tx: Transaction
) -> Registration:
    """The registration, if the caller may see it; to others it is not there."""
    one = await registrations.get(registration_id, tx)
    mine = one is not None and who.owner == here.settings.owner and one.person_id == who.subject
    if one is None or not (mine or who.is_staff_of(here.settings.owner)):
        raise handlers.no_such_registration()
    return one


async def _answer(one: Registration, tx: Transaction) -> RegistrationAnswer:
    return RegistrationAnswer.of(one, await calendar.get(one.meeting_id, tx))
