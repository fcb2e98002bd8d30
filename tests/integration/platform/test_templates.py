"""Databases copied from a template: filled once, whole, and wholly their role's."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from intercoop_local.platform.postgres import ensure_role
from intercoop_local.platform.templates import Template, copy, ensure_template, is_handed_over

FILL = """
CREATE EXTENSION cube;
CREATE TABLE towns (name text);
CREATE FUNCTION count_towns() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM towns);
INSERT INTO towns VALUES ('Riom');
"""
OWNERS = """
SELECT DISTINCT pg_get_userbyid(owner) FROM (
    SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT extowner FROM pg_extension WHERE extname = 'cube'
    UNION ALL SELECT proowner FROM pg_proc WHERE proname = 'count_towns'
    UNION ALL SELECT datdba FROM pg_database WHERE datname = current_database()
) AS owned
"""
TEMPLATES = "SELECT count(*) FROM pg_database WHERE starts_with(datname, $1)"


class Filling:
    """A kind of its own, and how often its template was filled."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.kind = uuid4().hex[:8]
        self.times = 0
        self.fails = False

    def template(self, fingerprint="first"):
        return Template(self.kind, fingerprint, self.fill)

    async def fill(self, dsn):
        self.times += 1
        connection = await asyncpg.connect(dsn)
        await connection.execute(FILL)
        await connection.close()
        if self.fails:
            raise InterruptedError

    async def new_role(self):
        name = f"{self.kind}-{uuid4().hex[:6]}"
        async with self.postgres.session() as session:
            await ensure_role(session, name, "secret")
        return name

    async def copied(self, template):
        """A role with a copy of the template; returns its name."""
        name = await self.new_role()
        await ensure_template(self.postgres, template)
        assert await copy(self.postgres, template, name)
        return name

    async def fetch(self, name, sql, *arguments):
        connection = await asyncpg.connect(self.postgres.dsn(name, name, "secret"))
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    async def templates(self):
        async with self.postgres.session() as session:
            return await session.fetchval(TEMPLATES, f"template-{self.kind}-")


@pytest.fixture
def filling(platform):
    return Filling(platform.postgres)


async def test_all_copies_come_from_one_template_that_was_filled_once(filling):
    names = [await filling.copied(filling.template()) for _ in range(3)]
    assert filling.times == 1
    for name in names:
        assert await filling.fetch(name, "SELECT count_towns()") == [(1,)]


async def test_several_are_copied_at_once(filling):
    await ensure_template(filling.postgres, filling.template())
    names = await asyncio.gather(*(filling.new_role() for _ in range(4)))
    new = await asyncio.gather(*(copy(filling.postgres, filling.template(), n) for n in names))
    assert new == [True] * 4


async def test_everything_in_a_copy_belongs_to_its_role_and_to_nobody_else(filling):
    mine, other = [await filling.copied(filling.template()) for _ in range(2)]
    assert await filling.fetch(mine, OWNERS) == [(mine,)]
    await filling.fetch(mine, "ALTER TABLE towns ADD COLUMN code text")
    stranger = await asyncpg.connect(filling.postgres.dsn(mine, other, "secret"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await stranger.fetch("SELECT * FROM towns")
    await stranger.close()


async def test_a_template_is_made_anew_when_it_would_be_filled_otherwise(filling):
    old = await filling.copied(filling.template())
    await filling.copied(filling.template("second"))
    assert filling.times == 2
    assert await filling.templates() == 1
    assert await filling.fetch(old, "SELECT count_towns()") == [(1,)]


async def test_a_template_whose_filling_was_cut_short_is_made_anew(filling):
    filling.fails = True
    with pytest.raises(InterruptedError):
        await ensure_template(filling.postgres, filling.template())
    filling.fails = False
    name = await filling.copied(filling.template())
    assert filling.times == 2
    assert await filling.fetch(name, "SELECT count_towns()") == [(1,)]


async def test_a_copy_that_was_not_handed_over_is_closed_to_its_role_until_it_is(filling):
    name, template = await filling.new_role(), filling.template()
    await ensure_template(filling.postgres, template)
    async with filling.postgres.session() as session:
        await session.execute(
            f'CREATE DATABASE "{name}" OWNER "{name}" TEMPLATE "{template.database}" '
            "CONNECTION LIMIT 0"
        )
        assert not await is_handed_over(session, name)
        with pytest.raises(asyncpg.TooManyConnectionsError):
            await filling.fetch(name, "SELECT 1")
        assert await copy(filling.postgres, template, name) is False
        assert await is_handed_over(session, name)
    assert await filling.fetch(name, OWNERS) == [(name,)]


async def test_nobody_enters_a_template(filling):
    template = filling.template()
    await ensure_template(filling.postgres, template)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await asyncpg.connect(filling.postgres.dsn(template.database))
