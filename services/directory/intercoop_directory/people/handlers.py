"""Registers, changes and erases the people of this instance."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis import idempotency
from intercoop_chassis.clock import day_in_france
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.versions import Expected, check_version
from intercoop_contracts.directory import ACCOUNTS, PEOPLE, Role
from intercoop_contracts.streams import End, Ended
from intercoop_directory.organisations.store.known import known_ids
from intercoop_directory.people import store
from intercoop_directory.people.domain import (
    Person,
    PersonRecord,
    change_person,
    email_addresses,
    examine_person,
    grant_refusals,
    operates,
    person_view,
    unknown_organisations,
)
from intercoop_directory.people.domain.erasing import ErasureReason
from intercoop_directory.people.domain.joining import Contradicted, join
from intercoop_directory.settings import DirectorySettings
from intercoop_directory.standings import handlers as standings

ERASED: Final = Ended(ended=End(reason="erased", erased=True))
_AN_OPERATORS: Final = Refusal(
    "contact_points",
    Sentence(
        "contient l'adresse d'un exploitant de cette instance",
        "holds the address of an operator of this instance",
    ),
    Sentence("Demandez-le à un exploitant", "Ask an operator to do that"),
)


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody else was quicker: what is there now, what was sent, and where they contradict."""

    saved: Person
    sent: PersonRecord
    contradicted: Contradicted


@dataclass(frozen=True, slots=True)
class Saved:
    """What is said of a person now, after a change that may have changed nothing.

    It `is_joined` where somebody else had changed it since it was read.
    """

    person: Person
    is_changed: bool
    is_joined: bool


async def register_person(
    record: PersonRecord, person_id: UUID, tx: Transaction, *, giver: Role = Role.STAFF
) -> Person | Refused:
    """Register somebody; `giver` is what whoever says so is: staff, or an operator."""
    examined = await _examined(record, None, giver, tx)
    if isinstance(examined, Refused):
        return examined
    person = Person(person_id, 1, examined)
    await store.insert(person, tx)
    view = person_view(examined)
    tx.publish(PEOPLE, person_id, view, event_type="person-registered")
    await standings.follow_person(person_id, None, view, tx)
    return person


async def amend_person(
    person_id: UUID,
    expected: Expected,
    record: PersonRecord,
    tx: Transaction,
    *,
    giver: Role = Role.STAFF,
) -> Person | Refused:
    """Replace what is said of a person, if it is still of a version that is `expected`.

    `giver` is what whoever says so is. An address that goes takes the person's sessions with it.
    Raises `NotFoundError` and `StaleVersionError`.
    """
    before = await store.lock(person_id, tx)
    if before is None:
        raise no_such_person()
    check_version(before.version, expected)
    examined = await _examined(record, before.record, giver, tx)
    if isinstance(examined, Refused):
        return examined
    after = change_person(before, examined)
    if after is not before:
        await store.update(after, before, tx)
        view = person_view(after.record)
        tx.publish(PEOPLE, person_id, view, event_type="person-changed")
        await standings.follow_person(person_id, person_view(before.record), view, tx)
    return after


async def amend_person_joining(
    read: Person, sent: PersonRecord, tx: Transaction, *, giver: Role = Role.STAFF
) -> Saved | Refused | Outdated:
    """Replace what is said of a person, joined with what others have said since `read`.

    `read` is the person as they were read, `giver` what whoever says so is. Raises
    `NotFoundError`.
    """
    examined = examine_person(sent)
    if isinstance(examined, Refused):
        return examined
    before = await store.lock(read.id, tx)
    if before is None:
        raise no_such_person()
    is_joined = before.version != read.version
    joined = join(read.record, before.record, examined) if is_joined else examined
    if isinstance(joined, Contradicted):
        return Outdated(before, examined, joined)
    here = Expected(frozenset({before.version}))
    after = await amend_person(read.id, here, joined, tx, giver=giver)
    if isinstance(after, Refused):
        return after
    return Saved(after, is_changed=after.version != before.version, is_joined=is_joined)


async def erase_person(person_id: UUID, reason: ErasureReason, by: UUID, tx: Transaction) -> None:
    """Erase a person with all that is kept of them here; the other services hear of it.

    Why and by whom is kept beside the id. Raises `NotFoundError`, and `ConflictError` for an
    operator.
    """
    person = await store.lock(person_id, tx)
    if person is None:
        raise no_such_person()
    if operates(person.record, day_in_france(tx.now)):
        raise ConflictError("This person operates the instance: an operator has to end that first")
    await store.delete(person_id, tx)
    await store.note_erasure(person_id, reason, by, tx)
    await idempotency.forget(tx, [str(person_id), person.record.full_name])
    tx.publish(PEOPLE, person_id, ERASED, event_type="person-erased")
    tx.publish(ACCOUNTS, person_id, ERASED, event_type="account-erased")


def no_such_person() -> NotFoundError:
    return NotFoundError("No person of this instance has this id: list them to find the right one")


async def _examined(
    record: PersonRecord, before: PersonRecord | None, giver: Role, tx: Transaction
) -> PersonRecord | Refused:
    examined = examine_person(record)
    if isinstance(examined, Refused):
        return examined
    wanted = [mandate.organisation_id for mandate in record.mandates]
    unknown = unknown_organisations(record, await known_ids(wanted, tx))
    own = await standings.instance(tx)
    granted = grant_refusals(before, examined, own.organisation_id, giver)
    shared = () if giver is Role.OPERATOR else await _operators_addresses(before, examined, tx)
    refusals = (*unknown, *granted, *shared)
    return Refused(refusals) if refusals else examined


async def _operators_addresses(
    before: PersonRecord | None, after: PersonRecord, tx: Transaction
) -> tuple[Refusal, ...]:
    """Refused where an operator's address, also one of the settings, is written into a record.

    Whose record that is would become an operator by it, or the operator could sign in no more.
    """
    added = email_addresses(after) - (email_addresses(before) if before else frozenset())
    if not added:
        return ()
    named = tx.settings_as(DirectorySettings).operators or frozenset()
    is_held = await store.operators_hold(added, day_in_france(tx.now), tx)
    return (_AN_OPERATORS,) if is_held or added & named else ()
