"""Opens the session of somebody for whom something has vouched, if they may do anything here."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_chassis.versions import ANY_VERSION
from intercoop_contracts.directory import AccountRole, ContactKind, Role
from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.domain.naming import UNNAMED, name_of
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import (
    ContactPoint,
    Mandate,
    Person,
    PersonRecord,
    person_view,
)
from intercoop_directory.people.handlers import amend_person, register_person
from intercoop_directory.standings import handlers as standings, store as sessions
from intercoop_directory.standings.domain.rights import rights_at
from intercoop_directory.standings.domain.sessions import SignInWay
from intercoop_directory.standings.handlers import Holder

_ROLES: Final = {Grant.STAFF: Role.STAFF, Grant.OPERATOR: Role.OPERATOR}


@dataclass(frozen=True, slots=True)
class Voucher:
    """What vouched for a person: the way, the address that it verified, and the browser."""

    way: SignInWay
    address: str | None = None
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in; tokens of the session carry its id as `sid`.

    `name` is empty of somebody whose name nobody has said yet.
    """

    person_id: UUID
    session_id: UUID
    is_operator: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Whoever it is may do nothing here: no current mandate, or the address is no longer theirs."""


async def sign_in(person_id: UUID, voucher: Voucher, tx: Transaction) -> SignedIn | NotAllowed:
    """Open a session for a person with a mandate of today, and note the verified address."""
    person = await people.lock(person_id, tx)
    if person is None:
        return NotAllowed()
    holder = Holder(person_id, person_view(person.record).mandates)
    rights = rights_at(today(tx), holder.mandates, await standings.instance(tx))
    if not rights.any:
        return NotAllowed()
    session = await standings.open_session(holder, voucher.way, voucher.device, tx)
    if voucher.address is not None:
        await sessions.add_verified(person_id, voucher.address, tx)
    is_operator = AccountRole.OPERATOR in rights.roles
    return SignedIn(person_id, session.id, is_operator, name_of(person.record))


async def may_sign_in(person: Person | None, tx: Transaction) -> bool:
    """Whether a mandate allows a person anything in this instance today; nobody may."""
    mandates = person_view(person.record).mandates if person else ()
    return rights_at(today(tx), mandates, await standings.instance(tx)).any


async def grant(grants: Grant, address: str, person_id: UUID | None, tx: Transaction) -> UUID:
    """Make whoever the settings mean staff or operator, for good; returns the person.

    Somebody without a record gets one, to be completed: it has the address and no name yet. In the
    record of who becomes an operator no other address counts that somebody came in by before: staff
    may have written it. Raises `ConflictError` where the directory refuses.
    """
    own = await standings.make_own_organisation(tx.owner, tx)
    mandate = Mandate(own, _ROLES[grants], today(tx))
    person = await people.lock(person_id, tx) if person_id else None
    if person is None:
        point = ContactPoint(ContactKind.EMAIL, address)
        name = address.partition("@")[0]
        record = PersonRecord(name, UNNAMED, mandates=(mandate,), contact_points=(point,))
        return _granted(await register_person(record, tx.new_id(), tx, giver=Role.OPERATOR))
    if any(_is_current(held, mandate) for held in person.record.mandates):
        return person.id
    record = replace(person.record, mandates=(*person.record.mandates, mandate))
    granted = _granted(await amend_person(person.id, ANY_VERSION, record, tx, giver=Role.OPERATOR))
    if grants is Grant.OPERATOR:
        await standings.trust_addresses(
            Holder(granted, person_view(record).mandates), {address}, tx
        )
    return granted


def today(tx: Transaction) -> date:
    """The day in France."""
    return day_in_france(tx.now)


def _is_current(held: Mandate, wanted: Mandate) -> bool:
    return (held.organisation_id, held.role) == (wanted.organisation_id, wanted.role) and (
        held.since <= wanted.since and (held.until is None or wanted.since < held.until)
    )


def _granted(outcome: Person | Refused) -> UUID:
    if isinstance(outcome, Refused):
        fields = ", ".join(refusal.field for refusal in outcome.refusals)
        raise ConflictError(
            f"The directory refuses the person of this address ({fields}): register them yourself"
        )
    return outcome.id
