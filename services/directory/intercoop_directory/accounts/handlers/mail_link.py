"""Sign-in by mail: the same is done and answered whatever address is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from intercoop_chassis.errors import IntercoopError, InvalidError
from intercoop_chassis.jobs import RejectedError, enqueue
from intercoop_chassis.mail import Letter
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.addresses import address_fault, tidy_address
from intercoop_contracts.directory import ContactKind, Language
from intercoop_directory.accounts.domain.codes import code_hash, code_of, secret_hash
from intercoop_directory.accounts.domain.linking import AddressUse, linked_person, rescued_person
from intercoop_directory.accounts.domain.mail_link import (
    Grant,
    Limit,
    Missed,
    SignIn,
    Taken,
    add_code,
    reached,
    take_code,
)
from intercoop_directory.accounts.domain.mails import Letterhead, sign_in_mail
from intercoop_directory.accounts.handlers.signing_in import (
    NotAllowed,
    SignedIn,
    Voucher,
    grant,
    may_sign_in,
    sign_in,
)
from intercoop_directory.accounts.store import addresses, sign_ins
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person
from intercoop_directory.standings.domain.sessions import SignInWay

MAIL: Final = "sign-in-mail"
"""The kind of delivery whose mail `compose` writes."""

CODE_PAGE: Final = "/directory/sign-in/code"
"""The page that takes a code, to which the mail's link leads."""

_NOBODY: Final = UUID(int=0)
_NOBODYS: Final = "nobody is to get this mail, or nobody any more"

Grants = Mapping[str, Grant]
"""Addresses of the settings, in lower case, and what whoever has one is made of."""


class TooManySignInsError(IntercoopError):
    """More sign-ins were asked for than are sent within an hour, whatever the address."""

    code: ClassVar[str] = "too-many-sign-ins"
    status: ClassVar[int] = 429


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks to sign in: hashes of the browser's secret and of its address on the internet."""

    browser: bytes
    network: bytes


@dataclass(frozen=True, slots=True)
class WrongCode:
    """The code is none of this browser's that is good; after the last try, ask for another."""

    tries_left: int


async def ask(address: str, asker: Asker, grants: Grants, tx: Transaction) -> UUID:
    """Ask for a code by mail. That it was asked for says nothing of whose the address is.

    Raises `InvalidError` for what is no address, and `TooManySignInsError` where an asker or all
    together ask too often. One address too often gets no further mail, and the same answer.
    """
    tidied = _tidied(address)
    hashed = secret_hash(tidied)
    usage = await sign_ins.count_usage(hashed, asker.network, tx)
    limit = reached(usage)
    if limit in {Limit.ASKER, Limit.INSTANCE}:
        raise TooManySignInsError(
            "Too many codes were asked for within an hour: wait a while, and use one that came"
        )
    use = await addresses.use_of(tidied, tx)
    granted = grants.get(tidied)
    person_id = await _addressee(use, granted, tx)
    is_sent = limit is None
    asked = SignIn(
        id=tx.new_id(),
        browser=asker.browser,
        address=hashed,
        asker=asker.network,
        asked_at=tx.now,
        person_id=person_id if is_sent else None,
        grants=granted if is_sent and len(use.holders) <= 1 else None,
    )
    await sign_ins.insert(asked, tx)
    key = f"{MAIL}:{asked.id}"
    await enqueue(tx, key, MAIL, {"sign_in": str(asked.id)}, deadline=asked.expires_at)
    return asked.id


async def compose(
    sign_in_id: UUID, chance: bytes, head: Letterhead, grants: Grants, tx: Transaction
) -> Letter:
    """Write the mail of a sign-in, with a new code that is good beside those of earlier tries.

    `chance` is five random bytes. Raises `RejectedError` where nobody is to get it.
    """
    asked = await sign_ins.lock(sign_in_id, tx)
    code = code_of(chance)
    if asked is None:
        raise RejectedError(_NOBODYS)
    coded = add_code(asked, code_hash(code, asked.browser), tx.now)
    receiver = await _receiver(asked, grants, tx)
    if coded is None or receiver is None:
        raise RejectedError(_NOBODYS)
    await sign_ins.update(coded, tx)
    to, language = receiver
    mail = sign_in_mail(head, language, code, asked.expires_at)
    return Letter(to, language.value, mail.subject, mail.text)


async def enter(
    browser: bytes, digest: bytes | None, device: str, grants: Grants, tx: Transaction
) -> SignedIn | WrongCode | NotAllowed:
    """Take the code that was typed, or came by its link, in the browser that asked for it.

    `digest` is `code_hash` of it, made before the transaction; None for what can be no code. A
    wrong one takes a try of each sign-in of the browser: commit whatever is returned.
    """
    waiting = await sign_ins.lock_of_browser(browser, tx.now, tx)
    match take_code(waiting, digest, tx.now):
        case Missed() as missed:
            for asked in missed.sign_ins:
                await sign_ins.update(asked, tx)
            return WrongCode(missed.tries_left)
        case Taken(sign_in=taken):
            await sign_ins.update(taken, tx)
            return await _signed_in(taken, device, grants, tx)


async def _signed_in(
    taken: SignIn, device: str, grants: Grants, tx: Transaction
) -> SignedIn | NotAllowed:
    """The address and the settings are looked at again: both may have changed since the mail."""
    receiver = await _receiver(taken, grants, tx)
    if receiver is None:
        return NotAllowed()
    address = receiver[0].lower()
    use = await addresses.use_of(address, tx)
    granted = taken.grants if grants.get(address) is taken.grants else None
    person_id = await _addressee(use, granted, tx)
    if taken.person_id not in {None, person_id} or len(use.holders) > 1:
        return NotAllowed()
    if granted is not None:
        person_id = await grant(granted, address, person_id, tx)
    if person_id is None:
        return NotAllowed()
    return await sign_in(person_id, Voucher(SignInWay.MAIL_LINK, address, device), tx)


async def _addressee(use: AddressUse, granted: Grant | None, tx: Transaction) -> UUID | None:
    """Who would sign in by an address today. As much is read for an address of nobody."""
    person = await people.get(linked_person(use) or _NOBODY, tx)
    is_allowed = await may_sign_in(person, tx)
    if granted is not None:
        return rescued_person(use)
    return person.id if person is not None and is_allowed else None


async def _receiver(asked: SignIn, grants: Grants, tx: Transaction) -> tuple[str, Language] | None:
    """The address that was entered, as the directory or the settings know it: here is its hash."""
    person = await people.get(asked.person_id or _NOBODY, tx)
    for address in _addresses(person):
        if secret_hash(address.lower()) == asked.address:
            return address, person.record.language if person else Language.FR
    if asked.grants is None:
        return None
    for address, granted in grants.items():
        if granted is asked.grants and secret_hash(address) == asked.address:
            return address, Language.FR
    return None


def _addresses(person: Person | None) -> tuple[str, ...]:
    if person is None:
        return ()
    points = person.record.contact_points
    return tuple(point.value for point in points if point.kind is ContactKind.EMAIL)


def _tidied(address: str) -> str:
    tidied = tidy_address(address)
    if address_fault(tidied) is not None:
        raise InvalidError("address", "is no e-mail address", "Write it like camille@example.coop")
    return tidied.lower()
