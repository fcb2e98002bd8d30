"""Meetings of this instance: scheduled, changed, moved, cancelled; and who comes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import ETAG_HEADER, Answer, ExpectedVersion, Here, Once, etag, granted
from intercoop_chassis.http.texts import Body, Text
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import Known, look_up_all
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE, OrganisationView, PersonView
from intercoop_contracts.events import Verdict
from intercoop_events.meetings.api.meeting_answer import MeetingAnswer
from intercoop_events.meetings.api.meeting_body import MeetingBody
from intercoop_events.meetings.domain.known import KnownMeeting
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.domain.seats import Seat
from intercoop_events.meetings.handlers import meetings as handlers
from intercoop_events.meetings.store import known as calendar, seats
from intercoop_events.registrations import store as registrations

NO_MEETING: Final = "No meeting of this instance has this id: list them to find the right one"

router = APIRouter()


class CancelBody(Body):
    because: Text = Field("", description="Shown to everybody", examples=["La salle est fermée"])


@router.post(
    "/meetings",
    status_code=201,
    response_model=MeetingAnswer,
    responses={201: {"headers": ETAG_HEADER}},
    summary="Schedule a meeting",
)
async def schedule(
    body: MeetingBody, _: Staff, once: Once, request: Request, here: Here
) -> Response:
    """Staff of this instance only. The whole network sees it."""

    async def work(tx: Transaction) -> KnownMeeting:
        draft = await body.draft(tx)
        made = granted(await handlers.schedule(draft, uuid7(), tx, now=here.clock()))
        return await _known(made, tx, now=here.clock())

    def answer(made: KnownMeeting) -> Answer:
        location = f"{request.url.path}/{made.id}"
        headers = {"ETag": etag(made.version or 1), "Location": location}
        return Answer(MeetingAnswer.of(made), headers=headers)

    return await once.run(here.db, work, answer)


@router.put(
    "/meetings/{meeting_id:uuid}",
    response_model=MeetingAnswer,
    responses={200: {"headers": ETAG_HEADER}},
    summary="Change or move a meeting",
)
async def change(
    meeting_id: UUID,
    body: MeetingBody,
    _: Staff,
    expected: ExpectedVersion,
    once: Once,
    here: Here,
) -> Response:
    """Staff of this instance only. A field that is left out is emptied.

    More seats go to those who wait. Seats that are taken are not taken away. Everybody who is
    registered hears of another date or place.
    """

    async def work(tx: Transaction) -> KnownMeeting:
        draft = await body.draft(tx)
        after = granted(await handlers.amend(meeting_id, expected, draft, tx, now=here.clock()))
        return await _known(after, tx, now=None if after.version == expected else here.clock())

    return await once.run(here.db, work, _shown)


@router.post(
    "/meetings/{meeting_id:uuid}/cancel",
    response_model=MeetingAnswer,
    responses={200: {"headers": ETAG_HEADER}},
    summary="Cancel a meeting for good",
)
async def cancel(meeting_id: UUID, body: CancelBody, _: Staff, once: Once, here: Here) -> Response:
    """Staff of this instance only. Everybody who is registered hears of it."""

    async def work(tx: Transaction) -> KnownMeeting:
        before, after = await handlers.cancel(meeting_id, body.because, tx)
        return await _known(after, tx, now=None if after == before else here.clock())

    return await once.run(here.db, work, _shown)


class GuestAnswer(BaseModel):
    """Somebody who comes or waits. Names are there for this instance's own people only."""

    seat_code: UUID = Field(description="All that is known of a guest from elsewhere")
    home: str = Field(description="The guest's own union", examples=["auvergne"])
    organisation_id: UUID
    organisation: str | None = Field(description="Its name, as far as it is known here")
    person_id: UUID | None
    name: str | None
    state: Literal["seated", "waiting"]


class GuestList(BaseModel):
    items: list[GuestAnswer]


@router.get("/meetings/{meeting_id:uuid}/guests", summary="Who comes, and who waits")
async def guests(meeting_id: UUID, _: Staff, here: Here) -> GuestList:
    """Staff of the organiser only; in the order in which they registered."""
    async with here.db.read() as tx:
        known = await calendar.get(meeting_id, tx)
        if known is None or known.version is None:
            raise NotFoundError(NO_MEETING)
        seated = await seats.guests(meeting_id, tx)
        persons = await registrations.persons([one.registration_id for one in seated], tx)
        homes = await look_up_all(ORGANISATIONS, {one.organisation_id for one in seated}, tx)
        names = await look_up_all(PEOPLE, set(persons.values()), tx)
    found = _Found(persons, homes, names)
    return GuestList(items=[_guest(one, found) for one in seated])


def _shown(known: KnownMeeting) -> Answer:
    headers = {"ETag": etag(known.version or 1)}
    return Answer(MeetingAnswer.of(known), status=200, headers=headers)


@dataclass(frozen=True, slots=True)
class _Found:
    """Whose registrations these are, and what the directories say of them."""

    persons: Mapping[UUID, UUID]
    organisations: Mapping[str, Known]
    people: Mapping[str, Known]

    def organisation(self, organisation: UUID) -> str | None:
        known = self.organisations.get(str(organisation))
        return known.view.name if known and isinstance(known.view, OrganisationView) else None

    def name(self, person: UUID | None) -> str | None:
        known = self.people.get(str(person))
        if known is None or not isinstance(known.view, PersonView):
            return None
        return f"{known.view.given_name} {known.view.family_name}"


def _guest(seat: Seat, found: _Found) -> GuestAnswer:
    person = found.persons.get(seat.registration_id)
    return GuestAnswer(
        seat_code=seat.registration_id,
        home=seat.asker,
        organisation_id=seat.organisation_id,
        organisation=found.organisation(seat.organisation_id),
        person_id=person,
        name=found.name(person),
        state="seated" if seat.verdict is Verdict.SEATED else "waiting",
    )


async def _known(meeting: Meeting, tx: Transaction, *, now: datetime | None) -> KnownMeeting:
    """The meeting as it is read; `now` is since when, if it changed in this transaction."""
    known = await calendar.get(meeting.id, tx)
    if known is None:
        raise NotFoundError(NO_MEETING)
    return replace(known, as_of=now) if now else known
