"""Invites somebody, writes the mail, and opens the account to whoever brings its link."""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import RejectedError, enqueue
from intercoop_chassis.mail import Letter
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_contracts.directory import ContactKind
from intercoop_directory.accounts.domain.codes import secret_hash
from intercoop_directory.accounts.handlers.signing_in import (
    NotAllowed,
    SignedIn,
    Voucher,
    sign_in,
)
from intercoop_directory.accounts.store import addresses
from intercoop_directory.invitations import store
from intercoop_directory.invitations.domain import (
    DAY,
    MOST_A_DAY,
    MOST_MAILS,
    Ending,
    Invitation,
    InvitationMail,
    subject_of,
    text_of,
)
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person, PersonRecord, email_addresses
from intercoop_directory.people.handlers import no_such_person
from intercoop_directory.standings.domain.sessions import SignInWay

MAIL: Final = "invitation-mail"
"""The kind of delivery whose mail `compose` writes."""

LINK: Final = "/directory/invitations/"
"""The page of an invitation, by the secret of its link."""

_NOBODYS: Final = "nobody is to get this invitation any more"


class Closed(Enum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    VOID = "void"
    LATE = "late"
    NOT_YET = "not-yet"
    """Whoever it is may do nothing here today: their role begins later, or it has ended."""


@dataclass(frozen=True, slots=True)
class Open:
    """A link that opens an account: whose it is."""

    person: Person


async def invite(person_id: UUID, tx: Transaction) -> Invitation | Refused:
    """Send somebody a personal link; one that was sent before opens nothing any more.

    Refused where no address is theirs alone, and where they were invited too often today. Raises
    `NotFoundError`.
    """
    person = await people.lock(person_id, tx)
    if person is None:
        raise no_such_person()
    address = await own_address(person.record, tx)
    if address is None:
        return no_own_address()
    if await store.count_since(person_id, tx.now - DAY, tx) >= MOST_A_DAY:
        return _too_often()
    before = await store.lock_open(person_id, tx)
    if before is not None:
        await store.end(before, Ending.REPLACED, tx)
    invitation = Invitation(tx.new_id(), person_id, address, tx.now)
    await store.insert(invitation, tx)
    key, deadline = f"{MAIL}:{invitation.id}", invitation.expires_at
    await enqueue(tx, key, MAIL, {"invitation": str(invitation.id)}, deadline=deadline)
    return invitation


async def revoke(person_id: UUID, tx: Transaction) -> bool:
    """Have a person's open invitation open nothing any more; whether there was one."""
    await people.lock(person_id, tx)
    invitation = await store.lock_open(person_id, tx)
    if invitation is not None:
        await store.end(invitation, Ending.REVOKED, tx)
    return invitation is not None


async def compose(
    invitation_id: UUID, secret: str, head: tuple[str, str], tx: Transaction
) -> Letter:
    """Write the mail, with a link that is good beside those of earlier tries.

    `head` is the union's name, and the address that links begin with. Raises `RejectedError` where
    nobody is to get it any more.
    """
    invitation = await store.lock(invitation_id, tx)
    if invitation is None or not invitation.is_open_at(tx.now):
        raise RejectedError(_NOBODYS)
    person = await people.get(invitation.person_id, tx)
    if person is None or await store.count_links(invitation_id, tx) >= MOST_MAILS:
        raise RejectedError(_NOBODYS)
    await store.add_link(invitation_id, secret_hash(secret), tx)
    union, public_url = head
    link = f"{public_url}{LINK}{secret}"
    mail = InvitationMail(union, person.record.full_name, link, invitation.expires_at)
    language = person.record.language
    subject, text = subject_of(mail, language), text_of(mail, language)
    return Letter(invitation.address, language.value, subject, text)


async def look(secret: str, tx: Transaction) -> Open | Closed:
    """What a link would open; looking changes nothing."""
    invitation = await store.get_by_secret(secret_hash(secret), tx)
    if invitation is None:
        return Closed.UNKNOWN
    person = await people.get(invitation.person_id, tx)
    return await _opened(invitation, person, tx)


async def claim(secret: str, device: str, tx: Transaction) -> SignedIn | Closed:
    """Open the session of whom a link is for, once; the address it was sent to is theirs by that.

    Somebody who may do nothing today keeps the invitation.
    """
    found = await store.get_by_secret(secret_hash(secret), tx)
    if found is None:
        return Closed.UNKNOWN
    person = await people.lock(found.person_id, tx)
    invitation = await store.lock(found.id, tx) or found
    opened = await _opened(invitation, person, tx)
    if isinstance(opened, Closed):
        return opened
    voucher = Voucher(SignInWay.INVITATION, invitation.address.lower(), device)
    outcome = await sign_in(invitation.person_id, voucher, tx)
    if isinstance(outcome, NotAllowed):
        return Closed.NOT_YET
    await store.end(invitation, Ending.USED, tx)
    return outcome


async def own_address(record: PersonRecord, tx: Transaction) -> str | None:
    """The first address of a person that nobody else holds, and that is no organisation's."""
    for point in record.contact_points:
        if point.kind is ContactKind.EMAIL and await is_own(point.value, tx):
            return point.value
    return None


async def is_own(address: str, tx: Transaction) -> bool:
    """Whether at most one person holds an address, and no organisation has it as its contact."""
    use = await addresses.use_of(address.lower(), tx)
    return len(use.holders) <= 1 and not use.is_public


async def _opened(invitation: Invitation, person: Person | None, tx: Transaction) -> Open | Closed:
    """The address is looked at again: since the mail left, it may have become somebody else's."""
    if invitation.ended is Ending.USED:
        return Closed.USED
    if invitation.ended is not None or person is None:
        return Closed.VOID
    if not invitation.is_open_at(tx.now):
        return Closed.LATE
    is_theirs = invitation.address.lower() in email_addresses(person.record)
    if not is_theirs or not await is_own(invitation.address, tx):
        return Closed.VOID
    return Open(person)


def no_own_address() -> Refused:
    """Why somebody cannot be invited."""
    return Refused(
        (
            Refusal(
                "address",
                Sentence(
                    "Cette personne n'a pas d'adresse électronique à elle seule",
                    "This person has no e-mail address of their own",
                ),
                Sentence(
                    "Ajoutez-en une à sa fiche, qui n'est ni partagée ni celle d'une structure",
                    "Add one to their record that is neither shared nor an organisation's",
                ),
            ),
        )
    )


def _too_often() -> Refused:
    return Refused(
        (
            Refusal(
                "address",
                Sentence(
                    f"Cette personne a été invitée {MOST_A_DAY} fois aujourd'hui",
                    f"This person was invited {MOST_A_DAY} times today",
                ),
                Sentence(
                    "Attendez demain, ou vérifiez avec elle son adresse",
                    "Wait until tomorrow, or check the address with them",
                ),
            ),
        )
    )
