"""Registrations of this instance's people, for meetings of the whole network."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from intercoop_chassis.auth import Caller
from intercoop_chassis.http import Answer, Once, Page, Paging, RequestContext, service_router
from intercoop_chassis.http.texts import Body
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import RefusalReason, RegistrationState
from intercoop_events import access
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.domain.meeting import place_in_words
from intercoop_events.meetings.store import known as meetings
from intercoop_events.registrations import handlers, store
from intercoop_events.registrations.domain import Registration
from intercoop_events.registrations.store import RegistrationFilter, RegistrationPosition

router = service_router("events")


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
    def of(cls, registration: Registration, meeting: KnownMeeting | None) -> Self:
        view = meeting.view if meeting else None
        return cls(
            id=registration.id,
            meeting_id=registration.meeting_id,
            organiser=registration.organiser,
            person_id=registration.person_id,
            organisation_id=registration.organisation_id,
            state=registration.state,
            refused_because=registration.refused_because,
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
    body: RegistrationBody, who: Caller, once: Once, request: Request, context: RequestContext
) -> Response:
    """At a meeting of this instance the answer is there at once.

    At another organiser's the registration is `asked`, not confirmed, until that one has answered.
    """

    async def work(tx: Transaction) -> RegistrationAnswer:
        guest = await access.guest(body.person_id, body.organisation_id, who, context, tx)
        made = await handlers.register(guest, body.meeting_id, tx.new_id(), tx, now=context.clock())
        return await _answer(made, tx)

    def answer(made: RegistrationAnswer) -> Answer:
        return Answer(made, headers={"Location": f"{request.url.path}/{made.id}"})

    return await once.run(context.db, work, answer)


@router.get("/registrations", summary="List your registrations, the newest first")
async def index(
    who: Caller,
    page: Paging,
    context: RequestContext,
    meeting: Annotated[UUID | None, Query(description="For this meeting only")] = None,
    person: Annotated[UUID | None, Query(description="Staff: of this person")] = None,
) -> Page[RegistrationAnswer]:
    """Staff see those of everybody of this instance."""
    wanted = RegistrationFilter(access.whose_registrations(who, person, context), meeting)
    async with context.db.read() as tx:
        after = page.after(RegistrationPosition)
        found = await store.list_registrations(wanted, after, page.fetch, tx)
        shown = page.of(found, lambda registration: RegistrationPosition(registration.id))
        known = await meetings.get_all({each.meeting_id for each in shown.items}, tx)
    items = [RegistrationAnswer.of(each, known.get(each.meeting_id)) for each in shown.items]
    return Page(items=items, next=shown.next)


@router.get("/registrations/{registration_id:uuid}", summary="Read a registration")
async def show(registration_id: UUID, who: Caller, context: RequestContext) -> RegistrationAnswer:
    """Your own; staff read everybody's of this instance."""
    async with context.db.read() as tx:
        return await _answer(await access.their_registration(registration_id, who, context, tx), tx)


@router.post(
    "/registrations/{registration_id:uuid}/withdraw",
    response_model=RegistrationAnswer,
    summary="Give a seat back",
)
async def withdraw(
    registration_id: UUID, who: Caller, once: Once, context: RequestContext
) -> Response:
    """Your own; staff anybody's. The first who waits gets the seat. Again changes nothing."""

    async def work(tx: Transaction) -> RegistrationAnswer:
        await access.their_registration(registration_id, who, context, tx)
        after = await handlers.withdraw(registration_id, tx, now=context.clock())
        return await _answer(after, tx)

    return await once.run(context.db, work, lambda made: Answer(made, status=200))


async def _answer(registration: Registration, tx: Transaction) -> RegistrationAnswer:
    return RegistrationAnswer.of(registration, await meetings.get(registration.meeting_id, tx))
