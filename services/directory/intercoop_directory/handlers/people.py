"""Registers and changes the people of this instance."""

from uuid import UUID

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import check_version
from intercoop_contracts.directory import PEOPLE
from intercoop_directory.domain.people import (
    Person,
    PersonRecord,
    change_person,
    examine_person,
    unknown_organisations,
)
from intercoop_directory.domain.views import person_view
from intercoop_directory.store import organisations, people


async def register_person(
    record: PersonRecord, person_id: UUID, tx: Transaction
) -> Person | Refused:
    examined = await _examined(record, tx)
    if isinstance(examined, Refused):
        return examined
    person = Person(person_id, 1, examined)
    await people.insert(person, tx)
    tx.publish(PEOPLE, person_id, person_view(examined), event_type="person-registered")
    return person


async def amend_person(
    person_id: UUID, expected: int, record: PersonRecord, tx: Transaction
) -> Person | Refused:
    """Replace what is said of a person, if it is still as it was at version `expected`.

    Raises `NotFoundError` and `StaleVersionError`.
    """
    before = await people.lock(person_id, tx)
    if before is None:
        raise no_such_person()
    check_version(before.version, expected)
    examined = await _examined(record, tx)
    if isinstance(examined, Refused):
        return examined
    after = change_person(before, examined)
    if after is not before:
        await people.update(after, before, tx)
        tx.publish(PEOPLE, person_id, person_view(examined), event_type="person-changed")
    return after


def no_such_person() -> NotFoundError:
    return NotFoundError("No person of this instance has this id: list them to find the right one")


async def _examined(record: PersonRecord, tx: Transaction) -> PersonRecord | Refused:
    examined = examine_person(record)
    if isinstance(examined, Refused):
        return examined
    wanted = [mandate.organisation_id for mandate in record.mandates]
    unknown = unknown_organisations(record, await organisations.known_ids(wanted, tx))
    return Refused(unknown) if unknown else examined
