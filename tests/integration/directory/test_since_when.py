"""Since when an organisation is as it is: in its own row, equal to what is published of it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.migrate import migrate
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations.store import own
from testkit.directory_service import DirectoryService
from testkit.issuer import Issuer
from testkit.older_version import migrations_before
from testkit.platform import Platform

ATELIER = {"name": "Atelier du Canal", "headcount": 12}
OWNER = "midi-pyrenees"
THEN = datetime(2016, 11, 23, 13, 5, 0, 123_456, tzinfo=UTC)
EARLIER = datetime(2015, 1, 31, 8, 0, tzinfo=UTC)
PUBLISHED = """
INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
VALUES ($1, $2, 1, gen_random_uuid(), 'organisation-registered', $3, $4)
"""
OWN = "INSERT INTO organisations (owner, id, version, record) VALUES ($1, $2, 1, $3::jsonb)"
THEIRS = """
INSERT INTO network_organisations (owner, id, version, as_of, record)
VALUES ('auvergne', $1, 1, $2, $3::jsonb)
"""
SHOWN = "SELECT id, said_at FROM directory ORDER BY id"


async def shown(staff: httpx.AsyncClient, organisation_id: str) -> str:
    answer = await staff.get(f"/organisations/{organisation_id}")
    as_of: str = answer.json()["as_of"]
    return as_of


async def occurred_at(home: DirectoryService) -> str:
    [change] = await home.published()
    return change.occurred_at.isoformat().replace("+00:00", "Z")


async def test_what_a_command_answers_is_what_is_published_and_read_afterwards(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    registered = (await staff.post("/organisations", json=ATELIER)).json()

    assert registered["as_of"] == await occurred_at(home)
    assert registered["as_of"] == await shown(staff, registered["id"])

    changed = await staff.put(
        f"/organisations/{registered['id']}",
        json={**ATELIER, "headcount": 13},
        headers={"If-Match": '"1"'},
    )

    assert changed.json()["as_of"] == await occurred_at(home)
    assert changed.json()["as_of"] == await shown(staff, registered["id"])
    assert changed.json()["as_of"] > registered["as_of"]


async def test_a_change_that_changes_nothing_leaves_the_time(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    registered = (await staff.post("/organisations", json=ATELIER)).json()

    answer = await staff.put(
        f"/organisations/{registered['id']}", json=ATELIER, headers={"If-Match": '"1"'}
    )

    assert answer.json()["as_of"] == registered["as_of"]
    assert await shown(staff, registered["id"]) == registered["as_of"] == await occurred_at(home)


async def test_an_equal_record_saved_again_leaves_the_time(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    registered = (await staff.post("/organisations", json=ATELIER)).json()

    async def save_again(tx: Transaction) -> None:
        organisation = await own.lock(UUID(registered["id"]), tx)
        assert organisation is not None
        await own.update([organisation], tx)

    await home.db.command(save_again)

    assert await shown(staff, registered["id"]) == registered["as_of"]


async def test_a_database_from_before_shows_the_times_that_it_showed(
    platform: Platform, issuer: Issuer, tmp_path: Path
) -> None:
    chassis, directory = SERVICE.migration_sets
    dsn = await platform.postgres.ensure_database(f"b{uuid4().hex[:12]}", "secret")
    await migrate(dsn, [chassis, migrations_before(directory, "0004", tmp_path)])
    ours, theirs = uuid4(), uuid4()
    record = OrganisationView(name="Atelier").model_dump_json()
    connection = await asyncpg.connect(dsn)
    await connection.execute(OWN, OWNER, ours, record)
    await connection.execute(PUBLISHED, ORGANISATIONS.topic(OWNER), str(ours), THEN, record)
    await connection.execute(THEIRS, theirs, EARLIER, record)
    showed = await connection.fetch(SHOWN)

    applied = await migrate(dsn, SERVICE.migration_sets)

    assert applied[0] == "directory/0004_as_of.sql"
    assert await connection.fetch(SHOWN) == showed
    await connection.close()
    upgraded = DirectoryService(OWNER, dsn, issuer)
    async with upgraded.client() as staff:
        listed = (await staff.get("/organisations")).json()["items"]
    await upgraded.db.close()
    assert {one["id"]: one["as_of"] for one in listed} == {
        str(ours): "2016-11-23T13:05:00.123456Z",
        str(theirs): "2015-01-31T08:00:00Z",
    }
