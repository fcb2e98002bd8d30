"""Whom a provider's word signs in: by its own name of them, after a first time by an address."""

from uuid import UUID

import httpx
import pytest

from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.domain.openid import VouchedIdentity
from intercoop_directory.accounts.handlers.provider import NoVerifiedAddress, enter
from intercoop_directory.accounts.handlers.signing_in import NotAllowed, SignedIn
from testkit.directory_service import DirectoryService
from testkit.registered_people import (
    erased,
    has_addresses,
    manages,
    organisation,
    registered,
    standing,
)

LUCIE = "lucie@example.coop"
ISSUER = "https://connexion.example/realms/union"


async def comes(
    home: DirectoryService, address: str | None, subject: str = "a1", **grants: Grant
) -> SignedIn | NotAllowed | NoVerifiedAddress:
    vouched = VouchedIdentity(ISSUER, subject, address)
    named = {f"{name}@example.coop": granted for name, granted in grants.items()}
    return await home.db.command(lambda tx: enter(vouched, "Firefox", named, tx))


async def linked(home: DirectoryService) -> int:
    async with home.db.read() as tx:
        return int(await tx.fetchval("SELECT count(*) FROM provider_identities"))


async def test_who_alone_has_the_address_is_signed_in_and_known_afterwards_whatever_it_is(
    home: DirectoryService, lucie: UUID
) -> None:
    first = await comes(home, LUCIE)
    again = await comes(home, None)

    assert isinstance(first, SignedIn)
    assert isinstance(again, SignedIn)
    assert (first.person_id, again.person_id) == (lucie, lucie)
    assert (await standing(home, lucie)).holds(again.session_id)


async def test_somebody_new_without_a_verified_address_is_not_signed_in(
    home: DirectoryService, lucie: UUID
) -> None:
    assert await comes(home, None) == NoVerifiedAddress()


async def test_an_address_of_nobody_of_several_or_of_an_organisation_signs_nobody_in(
    home: DirectoryService, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    scop = {"name": "Scop", "contact": {"email": "contact@example.coop"}}
    mandates = manages((await staff.post("/organisations", json=scop)).json()["id"])
    for address in ("shared@example.coop", "shared@example.coop", "contact@example.coop"):
        points = [{"kind": "email", "value": address}]
        await registered(staff, {**mandates, "contact_points": points})

    for address in ("nobody@example.coop", "shared@example.coop", "contact@example.coop"):
        assert await comes(home, address) == NotAllowed()
    assert await linked(home) == 0


async def test_an_address_that_is_taken_from_a_person_takes_the_link_along(
    home: DirectoryService, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    """Whoever came by an address that was written there by mistake does not come again."""
    session = (await comes(home, LUCIE)).session_id
    await has_addresses(staff, lucie, "lucie.bis@example.coop")

    assert not (await standing(home, lucie)).holds(session)
    assert await comes(home, LUCIE) == NotAllowed()
    assert isinstance(await comes(home, "lucie.bis@example.coop", "her own"), SignedIn)


async def test_an_erased_person_leaves_no_link(home: DirectoryService, lucie: UUID) -> None:
    await comes(home, LUCIE)
    assert await linked(home) == 1

    await erased(home, lucie)

    assert await linked(home) == 0


async def test_without_a_mandate_of_today_nobody_is_signed_in_linked_or_not(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    points = [{"kind": "email", "value": "paul@example.coop"}]
    ended = manages(await organisation(staff), until="2015-01-01")
    await registered(staff, {**ended, "contact_points": points})

    assert await comes(home, "paul@example.coop") == NotAllowed()
    assert await linked(home) == 0


@pytest.mark.parametrize("address", ["operatrice@example.coop", LUCIE])
async def test_whom_the_settings_name_becomes_that_and_others_do_not(
    home: DirectoryService, lucie: UUID, address: str
) -> None:
    name = address.partition("@")[0]
    assert isinstance(await comes(home, address, name), SignedIn | NotAllowed)

    named = await comes(home, address, name, **{name: Grant.OPERATOR})

    assert isinstance(named, SignedIn)
    assert (address == LUCIE) == (named.person_id == lucie)
    assert "operator" in (await standing(home, named.person_id)).roles


async def test_a_shared_address_makes_nobody_an_operator(
    home: DirectoryService, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    points = [{"kind": "email", "value": LUCIE}]
    await registered(staff, {**manages(await organisation(staff, "B")), "contact_points": points})

    assert await comes(home, LUCIE, lucie=Grant.OPERATOR) == NotAllowed()
