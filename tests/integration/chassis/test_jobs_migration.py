"""Timers and deliveries of a version that kept them in two tables go on in the one."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from intercoop_chassis import jobs
from intercoop_chassis.jobs import Job, State
from intercoop_chassis.jobs.housekeeping import PURGE_KIND
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.service import CHASSIS_MIGRATIONS
from intercoop_chassis.tracing import current_correlation
from testkit.deliveries_harness import NOTED, SOON, DeliveriesHarness
from testkit.nodes import until
from testkit.older_version import migrations_before
from testkit.platform import Platform
from testkit.sample_api.serving import SAMPLE_API

TIMERS = """
INSERT INTO timers (key, kind, payload, due_at, next_try_at, attempts, last_error, correlation_id)
VALUES
    ('due', 'note', '{"for": "due"}', now(), now(), 0, NULL, 'order-7'),
    ('overdue', 'note', '{}', now() - interval '1 day', now(), 0, NULL, NULL),
    ('failed before', 'note', '{}', now(), now(), 2, 'ValueError: told to fail', NULL),
    ('waits after a fault', 'note', '{}', now(), now() + interval '1 hour', 1, 'KeyError', NULL),
    ('later', 'note', '{}', now() + interval '1 day', now() + interval '1 day', 0, NULL, NULL),
    ('nobody''s', 'unknown', '{}', now(), now(), 0, NULL, NULL),
    ('of both', 'note', '{}', now(), now(), 0, NULL, NULL),
    ('idempotency-purge', 'idempotency-purge', '{}',
        now() + interval '5 hours', now() + interval '5 hours', 0, NULL, NULL)
"""
OUTGOING = """
INSERT INTO outgoing (key, kind, payload, not_before, deadline, attempts, next_try_at,
                      leased_until, state, last_error, correlation_id, finished_at)
SELECT key, kind, '{}', now() - interval '2 hours', now() + until, attempts, now() + next_try,
       now() + lease, state, error, correlation, now() - ended
FROM (VALUES
    ('new', 'parcel', '1 day'::interval, 0, '0'::interval, NULL::interval,
        'pending', NULL, 'order-8', NULL::interval),
    ('of both', 'parcel', '1 day', 0, '0', NULL, 'pending', NULL, NULL, NULL),
    ('tried before', 'parcel', '1 day', 3, '0', NULL, 'pending', 'nobody at home', NULL, NULL),
    ('waits', 'parcel', '1 day', 1, '1 hour', NULL, 'pending', 'nobody at home', NULL, NULL),
    ('held', 'parcel', '1 day', 1, '1 hour', '1 hour', 'pending', NULL, NULL, NULL),
    ('of a killed process', 'parcel', '1 day', 1, '-1 s', '-1 s', 'pending', NULL, NULL, NULL),
    ('nobody''s', 'unknown', '1 day', 0, '0', NULL, 'pending', NULL, NULL, NULL),
    ('late', 'parcel', '-1 minute', 2, '-1 minute', NULL, 'pending', 'closed', NULL, NULL),
    ('done', 'parcel', '1 day', 1, '0', NULL, 'done', NULL, NULL, '1 hour'),
    ('failed', 'parcel', '1 day', 1, '0', NULL, 'failed', 'no such street', NULL, '1 hour'),
    ('expired', 'parcel', '-1 hour', 4, '0', NULL, 'expired', 'the deadline passed', NULL, '1 hour')
) AS parcel (key, kind, until, attempts, next_try, lease, state, error, correlation, ended)
"""
PENDING = "SELECT key FROM jobs WHERE leaves = $1 AND state = 'pending' ORDER BY key"


class Migrated(DeliveriesHarness):
    """A service whose database was migrated with work in it; it notes timers as they fire."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.tries: dict[str, int] = {}
        self.correlations: dict[str, str | None] = {}
        self.jobs.on("note")(self.fire)

    async def fire(self, job: Job, tx: Transaction) -> None:
        self.tries[job.key] = job.attempt
        self.correlations[job.key] = current_correlation()
        await tx.execute(NOTED, f"{job.key} fired")

    async def pending(self, *, leaves: bool) -> list[str]:
        async with self.db.read() as tx:
            return [row["key"] for row in await tx.fetch(PENDING, leaves)]


@pytest.fixture
async def harness(platform: Platform, tmp_path: Path) -> AsyncIterator[Migrated]:
    """A database of the version before, with timers and deliveries of every state, migrated."""
    before = migrations_before(CHASSIS_MIGRATIONS, "0008", tmp_path)
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    await migrate(dsn, [before, SAMPLE_API.migration_sets[1]])
    connection = await asyncpg.connect(dsn)
    await connection.execute(TIMERS)
    await connection.execute(OUTGOING)
    await connection.close()
    await migrate(dsn, SAMPLE_API.migration_sets)
    harness = Migrated(dsn)
    yield harness
    await harness.stop()
    await harness.db.close()


async def test_each_timer_that_is_due_fires_once_and_the_others_wait(harness: Migrated) -> None:
    harness.start_timers()
    harness.start_timers()

    async def all_fired() -> bool:
        return not {"due", "overdue", "failed before", "of both"} - harness.tries.keys()

    await until(all_fired, what="what was due")
    await harness.stop()
    fired = [name for name in await harness.noted() if name.endswith(" fired")]
    assert fired == ["due fired", "failed before fired", "of both fired", "overdue fired"]
    assert harness.tries == {"due": 1, "overdue": 1, "failed before": 3, "of both": 1}
    assert harness.correlations["due"] == "order-7"
    waiting = await harness.pending(leaves=False)
    assert {"later", "nobody's", "waits after a fault", PURGE_KIND} <= set(waiting)
    next_purge = "SELECT due_at > now() + interval '4 hours' FROM jobs WHERE key = $1"
    assert await harness.value(next_purge, PURGE_KIND), "it recurs when it would have"


async def test_each_delivery_that_is_due_leaves_once_and_the_others_wait(harness: Migrated) -> None:
    harness.start(2)

    for key in ("new", "of both", "tried before", "of a killed process"):
        await harness.becomes(key, State.DONE)
    late = await harness.becomes("late", State.EXPIRED)
    await harness.stop()

    assert sorted(harness.arrived) == ["new", "of a killed process", "of both", "tried before"]
    assert late.attempts == 2
    assert await harness.pending(leaves=True) == ["held", "nobody's", "waits"]
    assert (await harness.entry("tried before")).attempts == 4
    assert (await harness.entry("held")).attempts == 1, "the lease of whoever is at it holds"
    lease = "SELECT leased_until > now() + interval '50 minutes' FROM jobs WHERE key = 'held'"
    assert await harness.value(lease)


async def test_what_had_ended_stays_ended_and_its_key_is_not_delivered_again(
    harness: Migrated,
) -> None:
    harness.start()
    await harness.enqueue("done", "failed", "expired", "marker")
    await harness.becomes("marker", State.DONE)

    ended = [await harness.entry(key) for key in ("done", "failed", "expired")]
    assert [(entry.state, entry.attempts, entry.last_error) for entry in ended] == [
        (State.DONE, 1, None),
        (State.FAILED, 1, "no such street"),
        (State.EXPIRED, 4, "the deadline passed"),
    ]
    assert not {"done", "failed", "expired"} & set(harness.arrived)
    assert not await harness.db.command(lambda tx: jobs.retry(tx, "done"))
    assert await harness.db.command(lambda tx: jobs.retry(tx, "failed"))
    await harness.becomes("failed", State.DONE)


async def test_a_timer_from_before_can_be_moved_and_cancelled(harness: Migrated) -> None:
    moved = "SELECT due_at < now() + interval '3 hours' FROM jobs WHERE key = 'later'"
    async with harness.db.transaction() as tx:
        now = await tx.fetchval("SELECT now()")
        await jobs.schedule(tx, "later", "note", now + 2 * SOON)
        assert await jobs.cancel(tx, "of both")

    assert await harness.value(moved)
    assert await harness.pending(leaves=True) == [
        *("held", "late", "new", "nobody's", "of a killed process", "of both"),
        *("tried before", "waits"),
    ]
