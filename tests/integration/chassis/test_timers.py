from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from intercoop_chassis.idempotency import KeyOfCaller, claim
from intercoop_chassis.jobs import Job, cancel, firing, schedule
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.tracing import bind_trace, current_correlation
from testkit.clockwork import FIRED, NOON, Bench
from testkit.nodes import until
from testkit.platform import Platform
from testkit.shelf.serving import SHELF

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def bench(platform: Platform) -> AsyncIterator[Bench]:
    bench = Bench(Database(await platform.database(SHELF), home=AtHome("ouest"), max_size=8))
    yield bench
    await bench.stop()
    await bench.db.close()


async def has_fired(bench: Bench, *keys: str) -> None:
    """Wait until exactly these have had their effect."""

    async def all_did() -> bool:
        return await bench.fired() == sorted(keys)

    await until(all_did, what=f"the effect of {keys}")


async def waiting(bench: Bench) -> list[str]:
    return await bench.column("SELECT key FROM jobs WHERE kind = 'note' ORDER BY key")


async def test_a_timer_fires_when_it_is_due_and_not_before(bench: Bench) -> None:
    await bench.schedule("now", NOON)
    await bench.schedule("later", NOON + MINUTE)
    bench.start()
    await has_fired(bench, "now")

    bench.clock.now += MINUTE

    await has_fired(bench, "later", "now")
    assert await waiting(bench) == []


async def test_what_it_carries_comes_with_it(bench: Bench) -> None:
    seen: list[Job] = []

    @bench.jobs.on("look")
    async def look(job: Job, tx: Transaction) -> None:
        seen.append(job)
        await bench.note(job, tx)

    await bench.schedule("one", NOON - MINUTE, "look")
    bench.start()

    await has_fired(bench, "one")
    assert seen == [Job("one", "look", {"for": "one"}, NOON - MINUTE, 1)]


async def test_the_effect_belongs_to_the_request_that_scheduled_it(bench: Bench) -> None:
    seen: list[str | None] = []

    @bench.jobs.on("look")
    async def look(job: Job, tx: Transaction) -> None:
        seen.append(current_correlation())
        await bench.note(job, tx)

    with bind_trace(None, correlation="order-7"):
        await bench.schedule("one", NOON, "look")
    bench.start()

    await has_fired(bench, "one")
    assert seen == ["order-7"]


async def test_the_same_again_changes_nothing_and_another_moment_moves_it(bench: Bench) -> None:
    await bench.schedule("one", NOON)
    await bench.schedule("one", NOON)
    await bench.schedule("one", NOON + MINUTE)
    await bench.schedule("marker", NOON)
    bench.start()

    await has_fired(bench, "marker")
    bench.clock.now += MINUTE
    await has_fired(bench, "marker", "one")


async def test_a_cancelled_timer_does_not_fire(bench: Bench) -> None:
    await bench.schedule("one", NOON)
    await bench.schedule("two", NOON)
    async with bench.db.transaction() as tx:
        assert await cancel(tx, "one")
        assert not await cancel(tx, "never scheduled")
    bench.start()

    await has_fired(bench, "two")


async def test_a_timer_of_a_transaction_that_failed_was_never_scheduled(bench: Bench) -> None:
    async def fail(tx: Transaction) -> None:
        await schedule(tx, "one", "note", NOON)
        raise KeyError

    with pytest.raises(KeyError):
        await bench.db.command(fail)

    assert await waiting(bench) == []


async def test_many_runners_fire_each_timer_once(bench: Bench) -> None:
    keys = [f"{number:03}" for number in range(100)]
    async with bench.db.transaction() as tx:
        for key in keys:
            await schedule(tx, key, "note", NOON)
    bench.start(4)

    await has_fired(bench, *keys)


async def test_a_failed_timer_has_no_effect_waits_longer_each_time_and_heals(
    bench: Bench,
) -> None:
    bench.broken = {"bad"}
    await bench.schedule("bad", NOON)
    bench.start()
    waits = "SELECT extract(epoch FROM next_try_at)::float8 FROM jobs WHERE key = 'bad'"
    delays: list[float] = []

    for attempt in range(1, 7):
        await until(partial(tried, bench, attempt), what="another try")
        (moment,) = await bench.column(waits)
        delays.append(moment - bench.clock.now.timestamp())
        bench.clock.now += timedelta(seconds=delays[-1])

    bench.broken = set()
    await has_fired(bench, "bad")
    assert delays[:5] == [10, 60, 300, 1800, 7200]


async def tried(bench: Bench, attempts: int) -> bool:
    return await bench.column("SELECT attempts FROM jobs WHERE key = 'bad'") == [attempts]


async def test_a_failed_timer_says_why_and_holds_nobody_up(bench: Bench) -> None:
    bench.broken = {"bad"}
    await bench.schedule("bad", NOON - MINUTE)
    await bench.schedule("good", NOON)
    bench.start()

    await has_fired(bench, "good")
    assert await bench.column("SELECT last_error FROM jobs WHERE key = 'bad'") == [
        "ValueError: told to fail"
    ]


async def test_a_handler_may_schedule_its_own_key_again(bench: Bench) -> None:
    @bench.jobs.on("ladder")
    async def climb(job: Job, tx: Transaction) -> None:
        step = job.payload.get("step", 0)
        await tx.execute(FIRED, f"step {step}", 0)
        if step < 2:
            await schedule(tx, job.key, "ladder", NOON + MINUTE, {"step": step + 1})

    await bench.schedule("ladder:1", NOON, "ladder")
    bench.start()
    await has_fired(bench, "step 0")
    bench.clock.now += MINUTE

    await has_fired(bench, "step 0", "step 1", "step 2")


async def test_a_recurring_one_fires_each_interval_without_catching_up(bench: Bench) -> None:
    @bench.jobs.every("sweep", timedelta(hours=1))
    async def sweep(job: Job, tx: Transaction) -> None:
        await tx.execute(FIRED, job.due_at.strftime("%d %H:%M"), 0)

    bench.start(2)
    await has_fired(bench, "01 12:00")
    bench.clock.now += timedelta(hours=1)
    await has_fired(bench, "01 12:00", "01 13:00")
    bench.clock.now += timedelta(days=1)

    await has_fired(bench, "01 12:00", "01 13:00", "01 14:00", "02 13:00")


async def test_old_idempotency_keys_are_forgotten_by_a_timer(bench: Bench) -> None:
    async with bench.db.transaction() as tx:
        await claim(tx, KeyOfCaller("ouest/jeanne", "key", b""))
    bench.clock.now = datetime.now(UTC) + timedelta(days=8)
    bench.start()

    async def forgotten() -> bool:
        return await bench.column("SELECT key FROM idempotency") == []

    await until(forgotten, what="the purge")


async def test_timers_without_a_handler_are_left_for_one_who_has_it(bench: Bench) -> None:
    await bench.schedule("strange", NOON - MINUTE, "unknown")
    await bench.schedule("known", NOON)
    bench.start()

    await has_fired(bench, "known")
    assert await bench.column("SELECT key FROM jobs WHERE kind = 'unknown'") == ["strange"]


async def test_runners_outlive_a_database_that_goes_away(platform: Platform) -> None:
    server = platform.new_postgres()
    server.start()
    dsn = await platform.database(SHELF, server)
    bench, afterwards = (Bench(Database(dsn, home=AtHome("ouest"))) for _ in range(2))
    bench.start()
    await bench.schedule("before", NOON)
    await bench.schedule("after", NOON + MINUTE)
    await has_fired(bench, "before")

    server.stop("immediate")
    bench.clock.now += MINUTE
    server.start()

    await has_fired(afterwards, "after", "before")
    await bench.stop()
    for one in (bench, afterwards):
        await one.db.close()
    server.stop("immediate")


async def test_what_recurs_goes_on_in_a_database_made_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or in one restored from before the service had that timer: its processes run on meanwhile."""
    monkeypatch.setattr(firing, "_PREPARE_EVERY_S", 0.2)
    bench.start()
    await until(lambda: bench.column("SELECT key FROM jobs"), what="what recurs")

    async with bench.db.transaction() as tx:
        await tx.execute("DELETE FROM jobs")

    await until(lambda: bench.column("SELECT key FROM jobs"), what="it again")
