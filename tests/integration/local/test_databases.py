"""The databases of all instances: copies of one template per service."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from intercoop_local import databases as module
from intercoop_local.databases import Databases
from intercoop_local.services import NAMES

TEMPLATES = "SELECT datname, oid FROM pg_database WHERE datname LIKE 'template-%' AND datistemplate"
LEDGER = "SELECT set_name, file_name, checksum FROM migrations ORDER BY 1, 2"


@pytest.fixture(scope="module")
def databases(platform):
    """One for all tests here: the services' templates are one to a server."""
    return Databases(platform.postgres)


async def templates(platform):
    """The services' templates in this server, which other tests use too."""
    async with platform.postgres.session() as session:
        found = dict(await session.fetch(TEMPLATES))
    ours = tuple(f"template-{name}-" for name in NAMES)
    return {name: oid for name, oid in found.items() if name.startswith(ours)}


async def fetch(databases, name, sql):
    connection = await asyncpg.connect(databases.dsn(name, "secret"))
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def of_new_owner(databases):
    """The databases of a new owner's instance, made like any other's; their names by service."""
    names = {service: f"{uuid4().hex[:8]}-{service}" for service in NAMES}
    for service, name in names.items():
        await databases.ensure(service, name, "secret")
    return names


async def test_all_owners_begin_with_copies_of_the_same_templates(platform, databases):
    await asyncio.gather(*(of_new_owner(databases) for _ in range(3)))
    first = await templates(platform)
    assert len(first) == len(NAMES)
    mine, other = [await of_new_owner(databases) for _ in range(2)]
    assert await templates(platform) == first
    for service in NAMES:
        assert await fetch(databases, mine[service], LEDGER)
        there = await fetch(databases, other[service], LEDGER)
        assert await fetch(databases, mine[service], LEDGER) == there


async def test_the_directory_begins_with_the_communes(databases):
    names = await of_new_owner(databases)
    (row,) = await fetch(databases, names["directory"], "SELECT count(*) FROM communes")
    assert row["count"] == 34875


async def test_a_template_is_made_anew_when_a_migration_or_the_data_changes(
    platform, databases, monkeypatch
):
    await of_new_owner(databases)
    before = await templates(platform)
    monkeypatch.setattr(module, "_fingerprint", lambda service: f"changed-{service.name}")
    await of_new_owner(databases)
    after = await templates(platform)
    assert len(after) == len(NAMES)
    assert not before.keys() & after.keys()


async def test_a_database_that_is_there_is_kept_and_gets_the_password_and_new_migrations(
    databases,
):
    name = (await of_new_owner(databases))["directory"]
    await fetch(databases, name, "CREATE TABLE kept (name text)")
    await fetch(databases, name, "DELETE FROM migrations WHERE set_name = 'directory'")
    with pytest.raises(asyncpg.PostgresError, match="already exists"):
        await databases.ensure("directory", name, "secret")  # it does migrate
    await databases.ensure(NAMES[0], f"{name}-2", "first")
    await databases.ensure(NAMES[0], f"{name}-2", "second")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(databases.dsn(f"{name}-2", "first"))
    assert await fetch(databases, name, "SELECT count(*) FROM kept") == [(0,)]
