"""Gives somebody a mandate in an organisation, and ends one on a day."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import ANY_VERSION
from intercoop_contracts.directory import Role
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Mandate, Person
from intercoop_directory.people.handlers import amend_person, no_such_person
from intercoop_directory.team.domain import end_role, no_such_role, renamed


@dataclass(frozen=True, slots=True)
class MandateKey:
    """Which mandate of a person: at most one of a role begins in an organisation on a day."""

    organisation_id: UUID
    role: Role
    since: date


async def give_mandate(
    person_id: UUID, given: Mandate, giver: Role, tx: Transaction
) -> Person | Refused:
    """Add a mandate to those that somebody has; refusals stand at `role`, `since` and so on.

    Raises `NotFoundError`.
    """
    person = await _locked(person_id, tx)
    record = replace(person.record, mandates=(*person.record.mandates, given))
    changed = await amend_person(person_id, ANY_VERSION, record, tx, giver=giver)
    return _of_the_form(changed) if isinstance(changed, Refused) else changed


async def end_mandate(
    person_id: UUID, key: MandateKey, day: date, giver: Role, tx: Transaction
) -> Person | Refused:
    """Have a mandate hold no more from a day on; one that would not have begun is taken away.

    Raises `NotFoundError`.
    """
    person = await _locked(person_id, tx)
    held = find_mandate(person, key)
    if held is None or (held.until is not None and held.until <= day):
        return no_such_role()
    record = end_role(person.record, held, day)
    changed = await amend_person(person_id, ANY_VERSION, record, tx, giver=giver)
    if isinstance(changed, Refused):
        return renamed(changed, {refusal.field: "day" for refusal in changed.refusals})
    return changed


def find_mandate(person: Person, key: MandateKey) -> Mandate | None:
    """The mandate that is meant, if the person has it."""
    found = (
        held
        for held in person.record.mandates
        if (held.organisation_id, held.role, held.since)
        == (key.organisation_id, key.role, key.since)
    )
    return next(found, None)


def _of_the_form(refused: Refused) -> Refused:
    """The refusals of a record at the fields of the form that adds one mandate to it."""
    fields = {"mandates": "role", "organisation_id": "organisation"}
    last = {one.field: one.field.rpartition(".")[2] for one in refused.refusals}
    return renamed(refused, {field: fields.get(name, name) for field, name in last.items()})


async def _locked(person_id: UUID, tx: Transaction) -> Person:
    person = await people.lock(person_id, tx)
    if person is None:
        raise no_such_person()
    return person
