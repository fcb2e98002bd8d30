"""Who may do what here: people for themselves, and staff for everybody of this instance."""

from uuid import UUID

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ForbiddenError, InvalidError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_events.registrations import store as registrations
from intercoop_events.registrations.domain import Guest, Registration


def whose_registrations(who: Identity, wanted: UUID | None, context: Context) -> UUID | None:
    """Of which person the caller is shown registrations; None is everybody's, for staff."""
    return wanted if who.is_staff_of(context.settings.owner) else who.subject


async def guest(
    person_id: UUID | None, organisation_id: UUID, who: Identity, context: Context, tx: Transaction
) -> Guest:
    """Whom the caller registers: staff anybody of this instance, others themselves.

    Raises `ForbiddenError`, and `InvalidError` for who is not in the directory.
    """
    person = person_id or who.subject
    is_staff = who.is_staff_of(context.settings.owner)
    if person != who.subject and not is_staff:
        raise ForbiddenError("Only staff register somebody else: leave person_id out")
    if not is_staff and not who.reads_record_of(organisation_id):
        raise ForbiddenError("You register in the name of a co-operative of your own")
    if await look_up(ORGANISATIONS, organisation_id, tx) is None:
        remedy = "Find it there, or register it first"
        raise InvalidError("organisation_id", "is not in the directory", remedy)
    if person != who.subject and await look_up(PEOPLE, person, tx) is None:
        remedy = "Register the person in the directory first"
        raise InvalidError("person_id", "is not a person of this instance", remedy)
    return Guest(person, organisation_id)


async def their_registration(
    registration_id: UUID, who: Identity, context: Context, tx: Transaction
) -> Registration:
    """The registration, if the caller may see it; to others it is not there."""
    registration = await registrations.require(registration_id, tx)
    is_theirs = registration.person_id == who.subject
    if not is_theirs and not who.is_staff_of(context.settings.owner):
        raise registrations.no_such_registration()
    return registration
