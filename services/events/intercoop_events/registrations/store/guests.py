"""Who comes to a meeting of this instance, and who waits."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import Verdict
from intercoop_events.meetings.store import seats
from intercoop_events.organisations import store as organisations
from intercoop_events.people import store as people
from intercoop_events.registrations import store as registrations


@dataclass(frozen=True, slots=True)
class ExpectedGuest:
    """Somebody who comes or waits; a name is there for this instance's own people only.

    `registration_id` is all that is known of a guest from elsewhere, beside the co-operative.
    """

    registration_id: UUID
    home: str
    organisation_id: UUID
    organisation: str | None
    person_id: UUID | None
    name: str | None
    is_seated: bool


async def expected_guests(meeting_id: UUID, tx: Transaction) -> list[ExpectedGuest]:
    """Those of a meeting of this instance, in the order in which they registered."""
    found = await seats.guests(meeting_id, tx)
    persons = await registrations.persons([seat.registration_id for seat in found], tx)
    known = await organisations.get_all({seat.organisation_id for seat in found}, tx)
    named = await people.get_all(list(persons.values()), tx)
    guests = []
    for seat in found:
        person = persons.get(seat.registration_id)
        organisation = known.get(seat.organisation_id)
        view = named.get(person) if person else None
        guests.append(
            ExpectedGuest(
                seat.registration_id,
                seat.asker,
                seat.organisation_id,
                organisation.view.name if organisation else None,
                person,
                people.full_name(view) if view else None,
                seat.verdict is Verdict.SEATED,
            )
        )
    return guests
