"""Since when a request of this instance is as it is: kept in its row, and known of old ones."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from intercoop_advice.main import SERVICE
from intercoop_chassis.postgres.migrate import migrate
from intercoop_contracts.advice import AdviceRequestView
from testkit.older_version import migrations_before

ASKED = datetime(2026, 1, 1, 9, tzinfo=UTC)
CHANGED = datetime(2026, 2, 1, 9, tzinfo=UTC)
REQUEST = "INSERT INTO requests (owner, id, asked_at, record) VALUES ($1, $2, $3, $4::text::jsonb)"
PUBLISHED = """
INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value)
VALUES ($1, $2, 1, $3, 'advice-requested', $4, '{}')
"""
BOTH = """
SELECT requests.as_of, published.occurred_at FROM requests
JOIN published ON published.subject = requests.id::text
WHERE requests.id = $1 AND published.topic LIKE '%.advice-requests.v1'
"""


@pytest.fixture
async def before(platform, tmp_path):
    """A database as it was before, with what it needs to be brought up to date."""
    chassis, advice = SERVICE.migration_sets
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    await migrate(dsn, [chassis, migrations_before(advice, "0004", tmp_path)])
    connection = await asyncpg.connect(dsn)
    yield connection, dsn
    await connection.close()


async def test_a_database_that_exists_knows_since_when_from_what_was_published(before):
    connection, dsn = before
    said, unsaid = uuid4(), uuid4()
    record = AdviceRequestView(
        organisation_id=uuid4(), organisation_name="Imprimerie", title="Des locaux"
    ).model_dump_json()
    for request in (said, unsaid):
        await connection.execute(REQUEST, "auvergne", request, ASKED, record)
    topics = ("shared.auvergne.advice-requests.v1", "private.auvergne.peer-advice.v1")
    for topic, moment in zip(topics, (CHANGED, ASKED), strict=True):
        await connection.execute(PUBLISHED, topic, str(said), uuid4(), moment)

    await migrate(dsn, SERVICE.migration_sets)

    rows = await connection.fetch("SELECT id, said_at FROM request_board")
    assert dict(rows) == {said: CHANGED, unsaid: ASKED}


async def since_when(advice, exchange):
    """By the row, and by what was published."""
    (row,) = await advice.fetch(BOTH, UUID(exchange.request))
    return row["as_of"], row["occurred_at"]


async def test_it_is_the_time_of_what_was_published_and_stays_while_nothing_else_is_said(
    home, network, helper, exchange
):
    near = await network.cooperative(home, "Le Fournil")
    await exchange.ask(near)
    asked, published = await since_when(home, exchange)
    assert asked == published

    home.clock.advance(hours=1)
    await exchange.offer(home, near)
    await exchange.decide(near, "accept")
    await exchange.invite(near)
    assert await since_when(home, exchange) == (asked, published)

    await exchange.invite(helper)
    invited, published = await since_when(home, exchange)
    assert invited == published > asked

    home.clock.advance(hours=1)
    await exchange.close()
    closed, published = await since_when(home, exchange)
    assert closed == published > invited
