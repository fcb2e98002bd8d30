"""Gives a role in the team and invites whoever has not come in; ends a role on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import ANY_VERSION
from intercoop_contracts.addresses import tidy_address
from intercoop_contracts.directory import ContactKind, Role
from intercoop_directory.accounts.handlers.signing_in import today
from intercoop_directory.accounts.store import addresses
from intercoop_directory.invitations.handlers import invite, no_own_address, own_address
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import (
    ContactPoint,
    Mandate,
    Person,
    PersonRecord,
    person_view,
)
from intercoop_directory.people.handlers import amend_person, no_such_person, register_person
from intercoop_directory.standings import handlers as standings
from intercoop_directory.standings.domain.rights import rights_at
from intercoop_directory.team import store
from intercoop_directory.team.domain import (
    Member,
    Newcomer,
    add_role,
    address_of_an_organisation,
    address_of_somebody,
    end_role,
    may_end,
    newcomer_refusals,
    no_such_role,
    renamed,
    running,
)

FIELDS: Final = {
    "contact_points": "address",
    "contact_points.0.value": "address",
    "mandates": "role",
    "mandates.0.since": "since",
}
"""Fields of a record → of the form that gives a role."""


@dataclass(frozen=True, slots=True)
class Gift:
    """Which role from which day, and in whose name it is given: staff, or an operator."""

    role: Role
    since: date
    giver: Role


@dataclass(frozen=True, slots=True)
class Given:
    """Who has the role now, and whether an invitation leaves for them."""

    person: Person
    is_invited: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """Which role of whom ends on which day; `actor` is who ends it, `is_sure` once they were asked.

    From `day` on the role is held no more.
    """

    person_id: UUID
    role: Role
    day: date
    giver: Role
    actor: UUID
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class OwnLastRight:
    """Whoever ends this would shut themselves out: ask them before."""


async def members(tx: Transaction) -> list[Member]:
    """The team of today and of days to come."""
    own = await standings.instance(tx)
    if own.organisation_id is None:
        return []
    return await store.list_members(own.organisation_id, today(tx), tx.now, tx)


async def give_to_newcomer(newcomer: Newcomer, gift: Gift, tx: Transaction) -> Given | Refused:
    """Register somebody with a role, and invite them."""
    address = tidy_address(newcomer.address)
    refused = newcomer_refusals(newcomer) or await _shared(address, tx)
    if refused is not None:
        return refused
    point = ContactPoint(ContactKind.EMAIL, address)
    record = PersonRecord(newcomer.given_name, newcomer.family_name, contact_points=(point,))
    with_role = await _with_role(record, gift, tx)
    if isinstance(with_role, Refused):
        return with_role
    made = await register_person(with_role, tx.new_id(), tx, giver=gift.giver)
    if isinstance(made, Refused):
        return renamed(made, FIELDS)
    await invite(made.id, tx)
    return Given(made, is_invited=True)


async def give(person_id: UUID, gift: Gift, tx: Transaction) -> Given | Refused:
    """Give somebody of the directory a role, and invite them unless they have come in already.

    Raises `NotFoundError`.
    """
    person = await _locked(person_id, tx)
    is_in = await store.has_come_in(person_id, tx)
    if not is_in and await own_address(person.record, tx) is None:
        return renamed(no_own_address(), {"address": "role"})
    with_role = await _with_role(person.record, gift, tx)
    if isinstance(with_role, Refused):
        return with_role
    changed = await amend_person(person_id, ANY_VERSION, with_role, tx, giver=gift.giver)
    if isinstance(changed, Refused):
        return renamed(changed, {refusal.field: "role" for refusal in changed.refusals})
    is_invited = not is_in and not isinstance(await invite(person_id, tx), Refused)
    return Given(changed, is_invited)


async def end(ending: Ending, tx: Transaction) -> Person | Refused | OwnLastRight:
    """End a role on a day. Nobody ends the last operator's. Raises `NotFoundError`."""
    await store.lock(tx)
    person = await _locked(ending.person_id, tx)
    instance = await standings.instance(tx)
    own = instance.organisation_id
    held = running(person.record, own, ending.role, today(tx)) if own else None
    if own is None or held is None or (held.until is not None and held.until <= ending.day):
        return no_such_role()
    others = await store.count_other_operators(own, person.id, ending.day, tx)
    refused = may_end(ending.role, ending.giver, others)
    if refused is not None:
        return refused
    record = end_role(person.record, held, ending.day)
    left = rights_at(ending.day, person_view(record).mandates, instance)
    if person.id == ending.actor and not left.any and not ending.is_sure:
        return OwnLastRight()
    changed = await amend_person(person.id, ANY_VERSION, record, tx, giver=ending.giver)
    if isinstance(changed, Refused):
        return renamed(changed, {refusal.field: "day" for refusal in changed.refusals})
    return changed


async def _with_role(record: PersonRecord, gift: Gift, tx: Transaction) -> PersonRecord | Refused:
    own = await standings.make_own_organisation(tx.owner, tx)
    return add_role(record, Mandate(own, gift.role, gift.since), gift.giver)


async def _shared(address: str, tx: Transaction) -> Refused | None:
    """Why an address is not a newcomer's own: no right comes by one that is shared."""
    use = await addresses.use_of(address.lower(), tx)
    if use.holders:
        return address_of_somebody()
    return address_of_an_organisation() if use.is_public else None


async def _locked(person_id: UUID, tx: Transaction) -> Person:
    person = await people.lock(person_id, tx)
    if person is None:
        raise no_such_person()
    return person
