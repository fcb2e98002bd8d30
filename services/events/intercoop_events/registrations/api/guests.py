"""Who comes to a meeting of this instance, and who waits."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import RequestContext, service_router
from intercoop_events.meetings.store import known as meetings
from intercoop_events.registrations.store.guests import ExpectedGuest, expected_guests

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
        expected = await expected_guests(meeting_id, tx)
    return GuestList(items=[_answer(guest) for guest in expected])


def _answer(guest: ExpectedGuest) -> GuestAnswer:
    return GuestAnswer(
        seat_code=guest.registration_id,
        home=guest.home,
        organisation_id=guest.organisation_id,
        organisation=guest.organisation,
        person_id=guest.person_id,
        name=guest.name,
        state="seated" if guest.is_seated else "waiting",
    )
