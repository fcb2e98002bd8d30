"""What people may do, from their mandates to what another service of the instance decides by."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from intercoop_chassis.auth import Role as TokenRole
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.standing import NO_STANDING, Standing, standing_of
from intercoop_contracts.directory import ACCOUNTS, PEOPLE, Role
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.people import handlers as people
from intercoop_directory.people.api import PersonBody
from intercoop_directory.standings import handlers
from testkit.directory_service import DirectoryService
from testkit.events_service import EventsService
from testkit.in_memory_network import newest_states
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.registered_people import (
    CAMILLE,
    erased,
    holder,
    manages,
    organisation,
    registered,
    signed_in,
    standing,
)

NOW = datetime(2016, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
async def events(platform: Platform, issuer: Issuer):
    """The events service of the same instance."""
    service = EventsService("midi-pyrenees", await platform.database(EventsService.service), issuer)
    yield service
    await service.db.close()


async def heard(events: EventsService, home: DirectoryService) -> None:
    await events.consumer.receive(await newest_states(DIRECTORY, home.db))


async def test_another_service_decides_by_the_mandates_of_the_directory(
    home: DirectoryService, staff: httpx.AsyncClient, events: EventsService
) -> None:
    atelier = await organisation(staff)
    person = await registered(staff, manages(atelier, until="2016-05-02"))
    await heard(events, home)

    async with events.db.read() as tx:
        last_evening = await standing_of(person, datetime(2016, 5, 1, 21, 59, tzinfo=UTC), tx)
        midnight_in_paris = await standing_of(person, datetime(2016, 5, 1, 22, tzinfo=UTC), tx)

    assert last_evening.acts_for == {UUID(atelier)}
    assert last_evening.roles == {TokenRole.MEMBER}
    assert midnight_in_paris.acts_for == frozenset()
    assert not midnight_in_paris.is_member
    assert await standing(home, person, NOW) == await _at(events, person)


async def _at(events: EventsService, person: UUID) -> Standing | None:
    async with events.db.read() as tx:
        return await standing_of(person, NOW, tx)


async def test_a_changed_mandate_reaches_the_others_and_one_who_holds_none_is_unknown(
    home: DirectoryService, staff: httpx.AsyncClient, events: EventsService
) -> None:
    nobody = await registered(staff, CAMILLE)
    person = await registered(staff, manages(await organisation(staff)))
    await staff.put(f"/people/{person}", json=CAMILLE, headers={"If-Match": '"1"'})
    await heard(events, home)

    async with events.db.read() as tx:
        assert await standing_of(nobody, NOW, tx) is None
        assert await standing_of(person, NOW, tx) == NO_STANDING


async def test_an_account_names_nobody_and_holds_no_address(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    points = [{"kind": "email", "value": "camille@example.org"}]
    body = {**manages(await organisation(staff)), "contact_points": points}
    person = await registered(staff, body)
    await signed_in(home, person)

    async with home.db.read() as tx:
        values = await tx.fetch(
            "SELECT value FROM published WHERE topic = $1", ACCOUNTS.topic("midi-pyrenees")
        )

    assert len(values) == 1
    for secret in ("Camille", "Exemple", "example.org", "Firefox"):
        assert secret not in values[0]["value"]


async def test_an_ended_session_is_known_to_another_service_and_the_others_go_on(
    home: DirectoryService, staff: httpx.AsyncClient, events: EventsService
) -> None:
    person = await registered(staff, manages(await organisation(staff)))
    first, second = await signed_in(home, person), await signed_in(home, person)
    who = await holder(home, person)
    await home.db.command(lambda tx: handlers.end_session(who, first, tx))
    await heard(events, home)

    async with events.db.read() as tx:
        known = await standing_of(person, datetime.now(UTC), tx)

    assert (known.holds(first), known.holds(second)) == (False, True)


async def test_nobody_ends_a_session_of_somebody_else(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    atelier = await organisation(staff)
    victim, other = [await registered(staff, manages(atelier)) for _ in range(2)]
    session = await signed_in(home, victim)
    await signed_in(home, other)
    intruder = await holder(home, other)

    with pytest.raises(NotFoundError):
        await home.db.command(lambda tx: handlers.end_session(intruder, session, tx))
    assert (await standing(home, victim)).holds(session)


async def test_two_sign_ins_and_an_end_of_all_at_once_leave_no_session_half_ended(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    person = await registered(staff, manages(await organisation(staff)))
    await signed_in(home, person)
    who = await holder(home, person)

    await asyncio.gather(
        signed_in(home, person),
        home.db.command(lambda tx: handlers.end_all_sessions(who, tx)),
        signed_in(home, person),
    )

    async with home.db.read() as tx:
        rows = await tx.fetch("SELECT id, ended_at IS NULL AS open FROM sessions")
    now = await standing(home, person)
    assert {row["id"]: now.holds(row["id"]) for row in rows} == {
        row["id"]: row["open"] for row in rows
    }
    assert len(rows) == 3


async def test_the_instances_own_organisation_is_made_once_however_many_ask(
    home: DirectoryService,
) -> None:
    made = await asyncio.gather(
        *(
            home.db.command(lambda tx: handlers.make_own_organisation("Union régionale", tx))
            for _ in range(4)
        )
    )

    async with home.client() as staff:
        listed = (await staff.get("/organisations")).json()["items"]
    assert [(one["id"], one["kind"]) for one in listed] == [(str(made[0]), "union")]
    assert len(set(made)) == 1


async def test_staff_make_staff_in_the_instances_own_organisation_alone(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    union = await home.db.command(lambda tx: handlers.make_own_organisation("Union", tx))
    atelier = await organisation(staff)

    person = await registered(staff, manages(str(union), role="staff"))
    refused = await staff.post("/people", json=manages(atelier, role="staff"))

    assert (await standing(home, person)).roles == {TokenRole.MEMBER, TokenRole.STAFF}
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "mandates.0.organisation_id"


async def test_staff_make_no_operator_end_none_and_do_not_take_their_address(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    union = await home.db.command(lambda tx: handlers.make_own_organisation("Union", tx))
    body = {
        **manages(str(union), role="operator"),
        "contact_points": [{"kind": "email", "value": "camille@example.org"}],
    }
    operator = await _operator(home, body)
    stolen = {**body, "contact_points": [{"kind": "email", "value": "thief@example.org"}]}
    address = f"/people/{operator}"
    match = {"If-Match": '"1"'}

    made = await staff.post("/people", json=body)
    ended = await staff.put(address, json={**body, "mandates": []}, headers=match)
    taken = await staff.put(address, json=stolen, headers=match)
    renamed = await staff.put(address, json={**body, "given_name": "Camille A."}, headers=match)

    assert [answer.json()["errors"][0]["field"] for answer in (made, ended, taken)] == [
        "mandates",
        "mandates",
        "contact_points",
    ]
    assert renamed.status_code == 200, renamed.text
    assert TokenRole.OPERATOR in (await standing(home, operator)).roles


async def test_staff_write_no_operators_address_into_anothers_record(
    platform: Platform, issuer: Issuer
) -> None:
    """Who signs in by it would make that record an operator's; or nobody could by it any more."""
    home = DirectoryService(
        *("midi-pyrenees", await platform.database(DIRECTORY), issuer),
        operators="rescue@union.example",
    )
    union = await home.db.command(lambda tx: handlers.make_own_organisation("Union", tx))
    held = [{"kind": "email", "value": "camille@example.org"}]
    await _operator(home, {**manages(str(union), role="operator"), "contact_points": held})
    async with home.client() as staff:
        own = await registered(staff, manages(await organisation(staff)))
        for address in ("Camille@example.org", "RESCUE@union.example"):
            body = {**CAMILLE, "contact_points": [{"kind": "email", "value": address}]}
            made = await staff.post("/people", json=body)
            taken = await staff.put(f"/people/{own}", json=body, headers={"If-Match": '"1"'})
            for answer in (made, taken):
                assert answer.status_code == 422, answer.text
                assert answer.json()["errors"][0]["field"] == "contact_points"
    await home.db.close()


async def _operator(home: DirectoryService, body: dict[str, object]) -> UUID:

    record = PersonBody.model_validate_json(
        httpx.Request("POST", "http://x", json=body).read()
    ).record()

    async def work(tx):
        return await people.register_person(record, tx.new_id(), tx, giver=Role.OPERATOR)

    return (await home.db.command(work)).id


async def test_who_is_erased_is_gone_with_sessions_and_account_in_every_service(
    home: DirectoryService, staff: httpx.AsyncClient, events: EventsService
) -> None:
    person = await registered(staff, manages(await organisation(staff)))
    await signed_in(home, person)
    await heard(events, home)

    await erased(home, person)
    await heard(events, home)

    assert (await staff.get(f"/people/{person}")).status_code == 404
    assert await standing(home, person) == NO_STANDING
    assert await _at(events, person) == NO_STANDING
    async with home.db.read() as tx:
        assert not await tx.fetchval("SELECT EXISTS (SELECT FROM sessions)")
        assert not await tx.fetchval("SELECT EXISTS (SELECT FROM accounts)")
        kept = await tx.fetch("SELECT topic, value FROM published WHERE subject = $1", str(person))
    assert {row["topic"] for row in kept} == {
        PEOPLE.topic("midi-pyrenees"),
        ACCOUNTS.topic("midi-pyrenees"),
    }
    assert all(row["value"].startswith('{"ended":') for row in kept)
