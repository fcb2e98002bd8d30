"""Sweeps: what is old goes in batches that each end, and holds nothing up."""

from datetime import UTC, datetime, timedelta

import pytest

from intercoop_chassis import idempotency
from intercoop_chassis.jobs import Job, schedule
from intercoop_chassis.postgres import Transaction
from testkit.nodes import until
from testkit.timers_harness import FIRED, NOON, TimersHarness

MINUTE = timedelta(minutes=1)
TAKE = "DELETE FROM shelf WHERE id IN (SELECT id FROM shelf LIMIT $1) RETURNING id"
OWN_TRANSACTION = "SELECT pg_current_xact_id()::text::bigint"
NEXT_SWEEP = "SELECT due_at FROM jobs WHERE kind = 'sweep'"
OLD_ANSWERS = """
INSERT INTO idempotency (caller, key, fingerprint, created_at)
SELECT 'ouest/jeanne', number, '', now() - interval '8 days' FROM generate_series(1, $1) AS number
"""


async def test_a_sweep_goes_on_in_transactions_of_their_own_until_nothing_is_left(
    harness: TimersHarness,
) -> None:
    swept: list[tuple[int, int]] = []

    @harness.jobs.sweep("sweep", timedelta(hours=1), at_once=10)
    async def sweep(_: Job, limit: int, tx: Transaction) -> int:
        found = await tx.fetch(TAKE, limit)
        swept.append((await tx.fetchval(OWN_TRANSACTION), len(found)))
        return len(found)

    async with harness.db.transaction() as tx:
        await tx.execute_many(FIRED, [(f"row {number}", 0) for number in range(25)])
    harness.start()

    async def is_over() -> bool:
        return len(swept) == 3 and await harness.column(NEXT_SWEEP) == [NOON + timedelta(hours=1)]

    await until(is_over, what="the end of the sweep")
    assert [rows for _, rows in swept] == [10, 10, 5]
    assert len({transaction for transaction, _ in swept}) == 3


async def test_what_is_due_meanwhile_does_not_wait_for_the_end_of_a_sweep(
    harness: TimersHarness,
) -> None:
    seen: list[int] = []

    @harness.jobs.sweep("sweep", timedelta(hours=1), at_once=1)
    async def sweep(_: Job, __: int, tx: Transaction) -> int:
        if not seen:
            await schedule(tx, "meanwhile", "note", harness.clock.now - MINUTE)
        seen.append(await tx.fetchval("SELECT count(*) FROM shelf"))
        return int(len(seen) < 3)

    harness.start()

    async def is_over() -> bool:
        return len(seen) == 3

    await until(is_over, what="the end of the sweep")
    assert seen == [0, 1, 1]


async def test_however_many_answers_are_old_no_statement_forgets_more_than_a_thousand(
    harness: TimersHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[int] = []
    purge = idempotency.purge

    async def counting(tx: Transaction, now: datetime, limit: int) -> int:
        forgotten.append(await purge(tx, now, limit))
        return forgotten[-1]

    monkeypatch.setattr(idempotency, "purge", counting)
    async with harness.db.transaction() as tx:
        await tx.execute(OLD_ANSWERS, 2500)
    harness.clock.now = datetime.now(UTC)
    harness.start()

    async def purged() -> bool:
        return await harness.column("SELECT count(*) FROM idempotency") == [0]

    await until(purged, what="the purge")
    assert forgotten == [1000, 1000, 500]
