"""Somebody whom the settings let in says what they are called, once."""

from dataclasses import replace
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import ANY_VERSION
from intercoop_directory.accounts.domain.naming import is_named
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.people.handlers import amend_person, no_such_person


async def say_name(
    person_id: UUID, given_name: str, family_name: str, tx: Transaction
) -> Person | Refused:
    """Name a person whom nobody has named; of any other nothing is changed.

    Raises `NotFoundError`.
    """
    person = await people.lock(person_id, tx)
    if person is None:
        raise no_such_person()
    if is_named(person.record):
        return person
    record = replace(person.record, given_name=given_name, family_name=family_name)
    return await amend_person(person_id, ANY_VERSION, record, tx)
