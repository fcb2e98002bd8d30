"""Invitations that were shown before they were counted count for no day, and stay as they were."""

from uuid import uuid4

import asyncpg

from intercoop_advice.main import SERVICE
from intercoop_chassis.postgres.migrate import migrate
from testkit.older_version import migrations_before

RECEIVED = """
INSERT INTO received_invitations (
    id, owner, request_id, organisation_id, state, is_declined, is_closed
) VALUES ($1, 'auvergne', $2, $3, 'invited', false, false)
"""
COUNTED = """
SELECT open_invitations_of('auvergne', $1, 9) AS open,
    invitations_since('auvergne', $1, now() - interval '1 day', 9) AS today
"""


async def test_an_invitation_of_the_version_before_is_open_and_of_no_day(platform, tmp_path):
    chassis, advice = SERVICE.migration_sets
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    await migrate(dsn, [chassis, migrations_before(advice, "0006", tmp_path)])
    organisation = uuid4()
    connection = await asyncpg.connect(dsn)
    await connection.execute(RECEIVED, uuid4(), uuid4(), organisation)

    await migrate(dsn, SERVICE.migration_sets)
    assert tuple(await connection.fetchrow(COUNTED, organisation)) == (1, 0)
    await connection.execute(RECEIVED, uuid4(), uuid4(), organisation)
    assert tuple(await connection.fetchrow(COUNTED, organisation)) == (2, 1)
    await connection.close()


async def test_a_process_of_the_version_before_still_finds_its_function(platform):
    """With all columns that came since, as a process calls it that is not replaced yet."""
    connection = await asyncpg.connect(await platform.database(SERVICE))
    organisation = uuid4()
    record = '{"name": "Scop", "kind": "cooperative"}'
    known = """
    INSERT INTO known_organisations (owner, id, as_of, record, tags)
    VALUES ('auvergne', $1, now(), $2::text::jsonb, '{}')
    """
    await connection.execute(known, organisation, record)
    found = await connection.fetch(
        "SELECT id, owner, record, lat, tags FROM cooperatives('auvergne')"
    )
    assert [row["id"] for row in found] == [organisation]
    await connection.close()
