"""What was there before limits were counted stays, and waits for somebody as before."""

from uuid import uuid4

import asyncpg

from intercoop_chassis.postgres.migrate import migrate
from intercoop_notifications.main import SERVICE
from testkit.older_version import migrations_before

RECIPIENT = "INSERT INTO recipients (person_id, given) VALUES ($1, $2)"
UNDELIVERED = """
INSERT INTO undelivered (id, stream, subject, version, kind, organisation_id, roles, facts,
                         created_at, deadline)
VALUES (gen_random_uuid(), 'private.peer-advice.v1', $1, 1, 'advice-invited', gen_random_uuid(),
        '{manager}', '{}', now(), now() + interval '1 day')
"""


async def test_rows_of_the_version_before_stay_and_it_may_go_on_writing(platform, tmp_path):
    chassis, notifications = SERVICE.migration_sets
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    await migrate(dsn, [chassis, migrations_before(notifications, "0002", tmp_path)])
    connection = await asyncpg.connect(dsn)
    await connection.execute(RECIPIENT, uuid4(), 3)
    await connection.execute(UNDELIVERED, "a")

    await migrate(dsn, SERVICE.migration_sets)
    await connection.execute(UNDELIVERED, "b")

    assert await connection.fetchval("SELECT given FROM recipients") == 3
    assert await connection.fetchval("SELECT count(*) FROM undelivered") == 2
    await connection.close()
