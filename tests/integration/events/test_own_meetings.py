"""What is decided about a meeting of this instance is kept with it: its seats, and since when."""

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from intercoop_chassis.postgres.migrate import migrate
from intercoop_events.main import SERVICE
from testkit.events_service import meeting_body
from testkit.older_version import migrations_before

THEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
MEETING = """
INSERT INTO meetings (owner, id, version, record, starts, ends)
VALUES ('ouest', $1, 1, '{"state": "scheduled", "format": "visit"}', now(), now() + interval '1 hour')
"""
COUNT = "INSERT INTO known_seats VALUES ('ouest', $1, 12, 3, 0)"
PUBLISHED = """
INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
VALUES ('shared.ouest.meetings.v1', $1, 1, gen_random_uuid(), 'meeting-scheduled', $2, '{}')
"""


SEAT = """
INSERT INTO seats (
    meeting_id, registration_id, asker, organisation_id, request_revision, verdict, queue
)
VALUES ($1, gen_random_uuid(), $2, gen_random_uuid(), 1, $3, $4)
"""
USED = "SELECT asker, live, waiting FROM seat_askers ORDER BY asker"


@pytest.fixture
async def before(platform, tmp_path):
    """A database of the version before, with a meeting that was published."""
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    chassis, events = SERVICE.migration_sets
    await migrate(dsn, [chassis, migrations_before(events, "0003", tmp_path)])
    connection, meeting = await asyncpg.connect(dsn), uuid4()
    await connection.execute(MEETING, meeting)
    await connection.execute(COUNT, meeting)
    await connection.execute(PUBLISHED, str(meeting), THEN)
    yield dsn, connection
    await connection.close()


async def test_a_database_of_the_version_before_keeps_what_it_shows(before):
    dsn, connection = before
    await migrate(dsn, SERVICE.migration_sets)
    rows = await connection.fetch("SELECT as_of, capacity, seats FROM calendar")
    assert [tuple(row) for row in rows] == [(THEN, 12, 12)]


async def test_a_database_of_the_version_before_knows_how_much_each_owner_has(before):
    dsn, connection = before
    meeting = await connection.fetchval("SELECT id FROM meetings")
    answers = [("ouest", "seated"), ("sud", "waiting"), ("sud", "seated"), ("sud", "released")]
    for number, (asker, verdict) in enumerate(answers, 1):
        await connection.execute(SEAT, meeting, asker, verdict, number)
    await migrate(dsn, SERVICE.migration_sets)
    used = await connection.fetch(USED)
    assert [tuple(row) for row in used] == [("ouest", 1, 0), ("sud", 2, 1)]
    counts = await connection.fetchrow("SELECT seats, seated, waiting FROM known_seats")
    assert tuple(counts) == (12, 2, 1)


async def test_a_meeting_is_as_it_is_since_it_was_changed_and_not_since_it_was_saved(
    home, staff, announce
):
    made = await announce()
    body = meeting_body(home.clock())
    home.clock.advance(hours=1)
    same = await staff.put(f"/meetings/{made['id']}", json=body, headers={"If-Match": '"1"'})
    assert same.json()["as_of"] == made["as_of"]
    other = {**body, "title": "Visite du fournil"}
    changed = await staff.put(f"/meetings/{made['id']}", json=other, headers={"If-Match": '"1"'})
    assert changed.json()["as_of"] > made["as_of"]
    read = (await staff.get(f"/meetings/{made['id']}")).json()
    assert read["as_of"] == changed.json()["as_of"]


async def test_the_number_of_seats_that_everybody_reads_decides_nothing(home, announce, registers):
    meeting = (await announce(seats=2))["id"]
    async with home.db.transaction() as tx:
        await tx.execute("UPDATE known_seats SET seats = 0")
    assert (await registers(home, meeting)).json()["state"] == "seated"
    assert await home.fetch("SELECT seats FROM known_seats") == [{"seats": 2}]
