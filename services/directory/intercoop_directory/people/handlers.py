"""Registers and changes the people of this instance."""

from uuid import UUID

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import Expected, check_version
from intercoop_contracts.directory import PEOPLE
from intercoop_directory.organisations.store.known import known_ids
from intercoop_directory.people import store
from intercoop_directory.people.domain import (
    Person,
    PersonRecord,
    change_person,
    examine_person,
    person_view,
    unknown_organisations,
)


async def register_person(
    record: PersonRecord, person_id: UUID, tx: Transaction
) -> Person | Refused:
    examined = await _examined(record, tx)
    if isinstance(examined, Refused):
        return examined
    person = Person(person_id, 1, examined)
    await store.insert(person, tx)
    tx.publish(PEOPLE, person_id, person_view(examined), event_type="person-registered")
    return person


async def amend_person(
    person_id: UUID, expected: Expected, record: PersonRecord, tx: Transaction
) -> Person | Refused:
    """Replace what is said of a person, if it is still of a version that is `expected`.

    Raises `NotFoundError` and `StaleVersionError`.
    """
    before = await store.lock(person_id, tx)
    if before is None:
        raise no_such_person()
    check_version(before.version, expected)
    examined = await _examined(record, tx)
    if isinstance(examined, Refused):
        return examined
    after = change_person(before, examined)
    if after is not before:
        await store.update(after, before, tx)
        tx.publish(PEOPLE, person_id, person_view(examined), event_type="person-changed")
    return after


def no_such_person() -> NotFoundError:
    return NotFoundError("No person of this instance has this id: list them to find the right one")


async def _examined(record: PersonRecord, tx: Transaction) -> PersonRecord | Refused:
    examined = examine_person(record)
    if isinstance(examined, Refused):
        return examined
    wanted = [mandate.organisation_id for mandate in record.mandates]
    unknown = unknown_organisations(record, await known_ids(wanted, tx))
    return Refused(unknown) if unknown else examined
