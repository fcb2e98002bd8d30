"""Who comes to a meeting of this instance, and who waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, service_router
from intercoop_chassis.replica import Known, look_up_all
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE, OrganisationView, PersonView
from intercoop_contracts.events import Verdict
from intercoop_events.meetings.domain.seats import Seat
from intercoop_events.meetings.store import known as meetings, seats
from intercoop_events.registrations import store as registrations

router = service_router("events")


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
async def guests(meeting_id: UUID, _: Staff, context: RequestContext) -> GuestList:
    """Staff of the organiser only; in the order in which they registered."""
    async with context.db.read() as tx:
        known = await meetings.get(meeting_id, tx)
        if known is None or known.version is None:
            raise NotFoundError(
                "No meeting of this instance has this id: list them to find the right one"
            )
        seated = await seats.guests(meeting_id, tx)
        persons = await registrations.persons([seat.registration_id for seat in seated], tx)
        homes = await look_up_all(ORGANISATIONS, {seat.organisation_id for seat in seated}, tx)
        names = await look_up_all(PEOPLE, set(persons.values()), tx)
    found = _Found(persons, homes, names)
    return GuestList(items=[_guest(seat, found) for seat in seated])


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
