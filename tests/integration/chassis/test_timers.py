from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from intercoop_chassis.idempotency import KeyOfCaller, claim
from intercoop_chassis.jobs import Job, cancel, firing, schedule
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.tracing import bind_trace, current_correlation
from testkit.nodes import until
from testkit.platform import Platform
from testkit.sample_api.serving import SAMPLE_API
from testkit.timers_harness import FIRED, NOON, TimersHarness

MINUTE = timedelta(minutes=1)
AGE = "UPDATE idempotency SET created_at = now() - $2::interval WHERE key = $1"


async def has_fired(harness: TimersHarness, *keys: str) -> None:
    """Wait until exactly these have had their effect."""

    async def all_did() -> bool:
        return await harness.fired() == sorted(keys)

    await until(all_did, what=f"the effect of {keys}")


async def waiting(harness: TimersHarness) -> list[str]:
    return await harness.column("SELECT key FROM jobs WHERE kind = 'note' ORDER BY key")


async def test_a_timer_fires_when_it_is_due_and_not_before(harness: TimersHarness) -> None:
    await harness.schedule("now", NOON)
    await harness.schedule("later", NOON + MINUTE)
    harness.start()
    await has_fired(harness, "now")

    harness.clock.now += MINUTE

    await has_fired(harness, "later", "now")
    assert await waiting(harness) == []


async def test_what_it_carries_comes_with_it(harness: TimersHarness) -> None:
    seen: list[Job] = []

    @harness.jobs.on("look")
    async def look(job: Job, tx: Transaction) -> None:
        seen.append(job)
        await harness.note(job, tx)

    await harness.schedule("one", NOON - MINUTE, "look")
    harness.start()

    await has_fired(harness, "one")
    assert seen == [Job("one", "look", {"for": "one"}, NOON - MINUTE, 1)]


async def test_the_effect_belongs_to_the_request_that_scheduled_it(harness: TimersHarness) -> None:
    seen: list[str | None] = []

    @harness.jobs.on("look")
    async def look(job: Job, tx: Transaction) -> None:
        seen.append(current_correlation())
        await harness.note(job, tx)

    with bind_trace(None, correlation="order-7"):
        await harness.schedule("one", NOON, "look")
    harness.start()

    await has_fired(harness, "one")
    assert seen == ["order-7"]


async def test_the_same_again_changes_nothing_and_another_moment_moves_it(
    harness: TimersHarness,
) -> None:
    await harness.schedule("one", NOON)
    await harness.schedule("one", NOON)
    await harness.schedule("one", NOON + MINUTE)
    await harness.schedule("marker", NOON)
    harness.start()

    await has_fired(harness, "marker")
    harness.clock.now += MINUTE
    await has_fired(harness, "marker", "one")


async def test_a_cancelled_timer_does_not_fire(harness: TimersHarness) -> None:
    await harness.schedule("one", NOON)
    await harness.schedule("two", NOON)
    async with harness.db.transaction() as tx:
        assert await cancel(tx, "one")
        assert not await cancel(tx, "never scheduled")
    harness.start()

    await has_fired(harness, "two")


async def test_a_timer_of_a_transaction_that_failed_was_never_scheduled(
    harness: TimersHarness,
) -> None:
    async def fail(tx: Transaction) -> None:
        await schedule(tx, "one", "note", NOON)
        raise KeyError

    with pytest.raises(KeyError):
        await harness.db.command(fail)

    assert await waiting(harness) == []


async def test_many_runners_fire_each_timer_once(harness: TimersHarness) -> None:
    keys = [f"{number:03}" for number in range(100)]
    async with harness.db.transaction() as tx:
        for key in keys:
            await schedule(tx, key, "note", NOON)
    harness.start(4)

    await has_fired(harness, *keys)


async def test_a_failed_timer_has_no_effect_waits_longer_each_time_and_heals(
    harness: TimersHarness,
) -> None:
    harness.broken = {"bad"}
    await harness.schedule("bad", NOON)
    harness.start()
    waits = "SELECT extract(epoch FROM next_try_at)::float8 FROM jobs WHERE key = 'bad'"
    delays: list[float] = []

    for attempt in range(1, 7):
        await until(partial(tried, harness, attempt), what="another try")
        (moment,) = await harness.column(waits)
        delays.append(moment - harness.clock.now.timestamp())
        harness.clock.now += timedelta(seconds=delays[-1])

    harness.broken = set()
    await has_fired(harness, "bad")
    assert delays[:5] == [10, 60, 300, 1800, 7200]


async def tried(harness: TimersHarness, attempts: int) -> bool:
    return await harness.column("SELECT attempts FROM jobs WHERE key = 'bad'") == [attempts]


async def test_a_failed_timer_says_why_and_holds_nobody_up(harness: TimersHarness) -> None:
    harness.broken = {"bad"}
    await harness.schedule("bad", NOON - MINUTE)
    await harness.schedule("good", NOON)
    harness.start()

    await has_fired(harness, "good")
    assert await harness.column("SELECT last_error FROM jobs WHERE key = 'bad'") == [
        "ValueError: told to fail"
    ]


async def test_a_handler_may_schedule_its_own_key_again(harness: TimersHarness) -> None:
    @harness.jobs.on("ladder")
    async def climb(job: Job, tx: Transaction) -> None:
        step = job.payload.get("step", 0)
        await tx.execute(FIRED, f"step {step}", 0)
        if step < 2:
            await schedule(tx, job.key, "ladder", NOON + MINUTE, {"step": step + 1})

    await harness.schedule("ladder:1", NOON, "ladder")
    harness.start()
    await has_fired(harness, "step 0")
    harness.clock.now += MINUTE

    await has_fired(harness, "step 0", "step 1", "step 2")


async def test_a_recurring_one_fires_each_interval_without_catching_up(
    harness: TimersHarness,
) -> None:
    @harness.jobs.every("sweep", timedelta(hours=1))
    async def sweep(job: Job, tx: Transaction) -> None:
        await tx.execute(FIRED, job.due_at.strftime("%d %H:%M"), 0)

    harness.start(2)
    await has_fired(harness, "01 12:00")
    harness.clock.now += timedelta(hours=1)
    await has_fired(harness, "01 12:00", "01 13:00")
    harness.clock.now += timedelta(days=1)

    await has_fired(harness, "01 12:00", "01 13:00", "01 14:00", "02 13:00")


async def test_old_idempotency_keys_are_forgotten_by_a_timer_and_younger_ones_kept(
    harness: TimersHarness,
) -> None:
    async with harness.db.transaction() as tx:
        for key, days in (("old", 8), ("young", 6)):
            await claim(tx, KeyOfCaller("ouest/jeanne", key, b""))
            await tx.execute(AGE, key, timedelta(days=days))
    harness.clock.now = datetime.now(UTC)
    harness.start()

    async def purged() -> bool:
        return "old" not in await harness.column("SELECT key FROM idempotency")

    await until(purged, what="the purge")
    assert await harness.column("SELECT key FROM idempotency") == ["young"]


async def test_each_that_recurs_goes_on_whatever_else_recurs(harness: TimersHarness) -> None:
    for kind in ("first", "second"):

        @harness.jobs.every(kind, timedelta(hours=1))
        async def note(job: Job, tx: Transaction) -> None:
            await tx.execute(FIRED, f"{job.kind} {job.due_at:%H:%M}", 0)

    harness.start()
    await has_fired(harness, "first 12:00", "second 12:00")
    harness.clock.now += timedelta(hours=1)

    await has_fired(harness, "first 12:00", "first 13:00", "second 12:00", "second 13:00")


async def test_timers_without_a_handler_are_left_for_one_who_has_it(harness: TimersHarness) -> None:
    await harness.schedule("strange", NOON - MINUTE, "unknown")
    await harness.schedule("known", NOON)
    harness.start()

    await has_fired(harness, "known")
    assert await harness.column("SELECT key FROM jobs WHERE kind = 'unknown'") == ["strange"]


async def test_runners_outlive_a_database_that_goes_away(platform: Platform) -> None:
    server = platform.new_postgres()
    server.start()
    dsn = await platform.database(SAMPLE_API, server)
    harness, afterwards = (TimersHarness(Database(dsn, home=AtHome("ouest"))) for _ in range(2))
    harness.start()
    await harness.schedule("before", NOON)
    await harness.schedule("after", NOON + MINUTE)
    await has_fired(harness, "before")

    server.stop("immediate")
    harness.clock.now += MINUTE
    server.start()

    await has_fired(afterwards, "after", "before")
    await harness.stop()
    for one in (harness, afterwards):
        await one.db.close()
    server.stop("immediate")


async def test_what_recurs_goes_on_in_a_database_made_anew(
    harness: TimersHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or in one restored from before the service had that timer: its processes run on meanwhile."""
    monkeypatch.setattr(firing, "_PREPARE_EVERY_S", 0.2)
    harness.start()
    await until(lambda: harness.column("SELECT key FROM jobs"), what="what recurs")

    async with harness.db.transaction() as tx:
        await tx.execute("DELETE FROM jobs")

    await until(lambda: harness.column("SELECT key FROM jobs"), what="it again")
