"""Sign-in by a provider: its own name of a person, after a first time by a verified address."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.domain.linking import AddressUse, linked_person, rescued_person
from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.domain.openid import VouchedIdentity
from intercoop_directory.accounts.handlers.mail_link import Grants
from intercoop_directory.accounts.handlers.signing_in import (
    NotAllowed,
    SignedIn,
    Voucher,
    grant,
    sign_in,
)
from intercoop_directory.accounts.store import addresses, identities
from intercoop_directory.standings.domain.sessions import SignInWay


@dataclass(frozen=True, slots=True)
class NoVerifiedAddress:
    """The provider does not say that it has verified the address of somebody who is new here."""


async def enter(
    vouched: VouchedIdentity, device: str, grants: Grants, tx: Transaction
) -> SignedIn | NotAllowed | NoVerifiedAddress:
    """Sign in whom a provider vouches for: who is linked to it, or alone has the address.

    Whoever the settings name by the address becomes what they say.
    """
    known = await identities.person_of(vouched.issuer, vouched.subject, tx)
    granted = grants.get(vouched.address or "")
    if known is not None and granted is None:
        return await sign_in(known, Voucher(SignInWay.PROVIDER, device=device), tx)
    if vouched.address is None:
        return NoVerifiedAddress()
    use = await addresses.use_of(vouched.address, tx)
    if known is not None and rescued_person(use) != known:
        return await sign_in(known, Voucher(SignInWay.PROVIDER, device=device), tx)
    person_id = await _addressee(use, vouched.address, granted, tx)
    if person_id is None:
        return NotAllowed()
    voucher = Voucher(SignInWay.PROVIDER, vouched.address, device)
    outcome = await sign_in(person_id, voucher, tx)
    if isinstance(outcome, SignedIn):
        await identities.link(vouched.issuer, vouched.subject, person_id, vouched.address, tx)
    return outcome


async def _addressee(
    use: AddressUse, address: str, granted: Grant | None, tx: Transaction
) -> UUID | None:
    """Who signs in by a verified address; whoever the settings name is made that first."""
    if granted is None or len(use.holders) > 1:
        return linked_person(use)
    return await grant(granted, address, rescued_person(use), tx)
