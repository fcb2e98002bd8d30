"""Whom an address signs in: the only person who holds it, and the first operator."""

from uuid import UUID

import httpx

from intercoop_chassis.auth import Role as TokenRole
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView, PublicContact
from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.handlers.mail_link import WrongCode
from intercoop_directory.accounts.handlers.signing_in import NotAllowed, SignedIn
from intercoop_directory.main import SERVICE
from testkit.browsers import Browser, code_in
from testkit.directory_service import DirectoryService
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, state_event
from testkit.registered_people import (
    erased,
    has_addresses,
    manages,
    organisation,
    registered,
    standing,
)

LUCIE = "lucie@example.coop"


async def test_a_shared_address_and_an_organisations_contact_sign_nobody_in(
    home: DirectoryService, browser: Browser, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    atelier = await staff.post(
        "/organisations", json={"name": "Scop", "contact": {"email": "Contact@example.coop"}}
    )
    mandates = manages(atelier.json()["id"])
    for address in ("shared@example.coop", "shared@example.coop", "contact@example.coop"):
        points = [{"kind": "email", "value": address}]
        await registered(staff, {**mandates, "contact_points": points})

    assert await browser.asks("shared@example.coop") == []
    assert await browser.asks("contact@example.coop") == []


async def test_another_owners_organisation_with_ones_address_keeps_nobody_out(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    impostor = OrganisationView(name="Scop", contact=PublicContact(email=LUCIE))
    event = state_event(ORGANISATIONS, "auvergne", new_id("auvergne"), impostor)
    await StateEventConsumer(SERVICE, home.owner, home.db).receive([event])

    (mail,) = await browser.asks(LUCIE)

    assert isinstance(await browser.types(code_in(mail)), SignedIn)


async def test_an_address_that_became_shared_since_the_mail_left_signs_nobody_in(
    home: DirectoryService, browser: Browser, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)
    points = [{"kind": "email", "value": LUCIE}]
    await registered(staff, {**manages(await organisation(staff, "B")), "contact_points": points})

    assert await browser.types(code_in(mail)) == NotAllowed()


async def test_an_address_that_staff_wrote_into_a_linked_persons_record_proves_nothing(
    home: DirectoryService, browser: Browser, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)
    session = (await browser.types(code_in(mail))).session_id

    await has_addresses(staff, lucie, "Lucie@example.coop", "thief@example.coop")

    assert await browser.asks("thief@example.coop") == []
    assert (await standing(home, lucie)).holds(session)


async def test_an_address_that_is_removed_takes_its_sessions_along(
    home: DirectoryService, browser: Browser, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)
    session = (await browser.types(code_in(mail))).session_id

    await has_addresses(staff, lucie)

    assert not (await standing(home, lucie)).holds(session)


async def test_who_has_no_mandate_of_today_gets_no_mail(
    browser: Browser, staff: httpx.AsyncClient
) -> None:
    points = [{"kind": "email", "value": "past@example.coop"}]
    over = manages(await organisation(staff), until="2015-01-01")
    await registered(staff, {**over, "contact_points": points})

    assert await browser.asks("past@example.coop") == []


async def test_the_first_operator_comes_by_the_settings_and_stays_when_they_go(
    home: DirectoryService,
) -> None:
    grants = {"admin@example.coop": Grant.OPERATOR}
    first = Browser(home, grants=grants)
    (mail,) = await first.asks("Admin@example.coop")

    entered = await first.types(code_in(mail))

    assert isinstance(entered, SignedIn)
    known = await standing(home, entered.person_id)
    assert known.roles == {TokenRole.MEMBER, TokenRole.OPERATOR}
    later = Browser(home)
    (again,) = await later.asks("admin@example.coop")
    assert (await later.types(code_in(again))).person_id == entered.person_id


async def test_nobody_becomes_an_operator_by_a_record_with_an_operators_address(
    home: DirectoryService, browser: Browser, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    """It was written into Lucie's before the settings named it; she had come in by her own."""
    (mail,) = await browser.asks(LUCIE)
    session = (await browser.types(code_in(mail))).session_id
    await has_addresses(staff, lucie, "Lucie@example.coop", "admin@example.coop")
    operator = Browser(home, grants={"admin@example.coop": Grant.OPERATOR})
    (mail,) = await operator.asks("admin@example.coop")

    entered = await operator.types(code_in(mail))

    known = await standing(home, lucie)
    assert isinstance(entered, SignedIn)
    assert TokenRole.OPERATOR in known.roles
    assert (known.holds(entered.session_id), known.holds(session)) == (True, False)
    assert await browser.asks(LUCIE) == []


async def test_a_grant_that_left_the_settings_since_the_mail_makes_nobody_operator(
    home: DirectoryService,
) -> None:
    first = Browser(home, grants={"admin@example.coop": Grant.OPERATOR})
    (mail,) = await first.asks("admin@example.coop")
    first.grants = {}

    assert await first.types(code_in(mail)) == NotAllowed()


async def test_whom_the_settings_mean_no_more_signs_in_as_everybody_does_or_not_at_all(
    home: DirectoryService, staff: httpx.AsyncClient, lucie: UUID
) -> None:
    browser = Browser(home, grants={LUCIE: Grant.OPERATOR})
    (first,), (second,) = await browser.asks(LUCIE), await browser.asks(LUCIE)
    browser.grants = {}

    as_others = await browser.types(code_in(first))
    await staff.post("/organisations", json={"name": "Scop", "contact": {"email": LUCIE}})

    assert isinstance(as_others, SignedIn)
    assert (as_others.person_id, as_others.is_operator) == (lucie, False)
    assert await browser.types(code_in(second)) == NotAllowed()


async def test_who_is_erased_leaves_no_sign_in_and_no_address(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)
    await browser.types(code_in(mail))
    (waiting,) = await browser.asks(LUCIE)

    await erased(home, lucie)

    assert await browser.types(code_in(waiting)) == WrongCode(0)
    async with home.db.read() as tx:
        for table in ("sign_ins", "sessions", "accounts", "verified_addresses", "contact_points"):
            assert await tx.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608
