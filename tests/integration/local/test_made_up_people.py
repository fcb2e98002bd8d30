"""The made-up people of an instance: in its directory with mandates, and there once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intercoop_chassis.auth import Role
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.standing import standing_of
from intercoop_chassis.versions import Expected
from intercoop_contracts.directory import Language
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.handlers import OrganisationDraft, register
from intercoop_directory.people.handlers import amend_person
from intercoop_directory.people.store import get, list_people
from intercoop_local.made_up.people import make_managers, make_people
from intercoop_local.network import read_network
from intercoop_local.spreadsheets import rows

NETWORK = read_network()


@pytest.fixture
async def opened(platform):
    """The database of a directory that has the first sample co-operatives of its owner."""
    databases = []

    async def open_one(slug, *, samples=0):
        owner = NETWORK.owner(slug)
        db = Database(await platform.database(SERVICE), home=AtHome(slug))
        databases.append(db)
        for name, siren, *_ in rows(NETWORK, owner, samples) if samples else ():
            draft = OrganisationDraft(OrganisationRecord(name, siren=siren))
            await db.command(lambda tx, draft=draft: register(draft, tx.new_id(), tx))
        return owner, db

    yield open_one
    for db in databases:
        await db.close()


async def made(owner, db):
    return await db.command(lambda tx: make_people(owner, NETWORK, tx))


async def rights(db, personas):
    async with db.read() as tx:
        return [await standing_of(one.person, datetime.now(UTC), tx) for one in personas]


async def test_each_has_what_their_mandates_allow_and_is_said_with_the_co_operative(opened):
    owner, db = await opened("auvergne", samples=3)

    personas = await made(owner, db)

    lucie, samir, jeanne, nadia, karim = await rights(db, personas)
    assert len(lucie.acts_for) == 1
    assert (samir.acts_for, len(samir.reads)) == (frozenset(), 1)
    assert jeanne.sees_steering
    assert Role.ELECTED in jeanne.roles
    assert (nadia.roles, karim.roles) == ({Role.MEMBER, Role.STAFF}, {Role.MEMBER, Role.OPERATOR})
    first = rows(NETWORK, owner, 1)[0][0]
    assert personas[0].about[Language.FR] == f"gérante, {first}"
    assert personas[3].about == {
        Language.FR: "conseillère de l’union",
        Language.EN: "adviser of the union",
    }


async def test_a_start_that_was_interrupted_makes_nobody_twice(opened):
    owner, db = await opened("auvergne", samples=3)
    first, second = await made(owner, db), await made(owner, db)
    assert first == second


async def test_an_owner_without_samples_has_those_of_the_instance_alone(opened):
    owner, db = await opened("cgscop")
    personas = await made(owner, db)
    assert [one.about[Language.FR] for one in personas] == [
        "conseillère de la confédération",
        "exploite l’instance de la confédération",
    ]


async def test_every_other_sample_has_a_manager_with_a_name_of_its_own_and_once(opened):
    owner, db = await opened("auvergne", samples=12)
    await made(owner, db)
    for _ in range(2):
        await db.command(lambda tx: make_managers(owner, NETWORK, 12, tx))
    async with db.read() as tx:
        people = await list_people(None, None, 100, tx)
    assert len({one.record.full_name for _, one in people}) == len(people) == 5 + 9


async def test_whoever_is_made_up_stays_so_when_staff_change_something(opened):
    owner, db = await opened("auvergne", samples=3)
    lucie = (await made(owner, db))[0].person
    async with db.read() as tx:
        before = await get(lucie, tx)
    typed = replace(before.record, given_name="Lucienne", is_sample=False)
    expected = Expected(frozenset({before.version}))
    after = await db.command(lambda tx: amend_person(lucie, expected, typed, tx))
    assert (after.record.given_name, after.record.is_sample) == ("Lucienne", True)
    async with db.read() as tx:
        assert (await get(lucie, tx)).record.is_sample
