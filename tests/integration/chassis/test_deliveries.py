"""Effects that cannot be rolled back: stored in the transaction of their cause, delivered after it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from prometheus_client import REGISTRY

from intercoop_chassis import jobs
from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs, State
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.operating.measures import Measures
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_chassis.tracing import bind_trace, current_correlation
from testkit.nodes import until
from testkit.parcels import SOON, Bench
from testkit.platform import Platform
from testkit.shelf.serving import SHELF


@pytest.fixture
async def bench(platform: Platform) -> AsyncIterator[Bench]:
    bench = Bench(await platform.database(SHELF))
    yield bench
    await bench.stop()
    await bench.db.close()


async def test_it_leaves_after_the_commit_and_its_end_is_noted(bench: Bench) -> None:
    bench.start()
    await bench.enqueue("one")

    done = await bench.becomes("one", State.DONE)

    assert bench.arrived == ["one"]
    assert (done.attempts, done.last_error, done.payload) == (1, None, {"for": "one"})
    assert await bench.noted() == ["one done"]


async def test_the_same_key_again_is_nothing_also_when_it_has_left(bench: Bench) -> None:
    bench.start()
    await bench.enqueue("one", "one")
    await bench.becomes("one", State.DONE)

    await bench.enqueue("one", "marker")
    await bench.becomes("marker", State.DONE)

    assert sorted(bench.arrived) == ["marker", "one"]


async def test_a_timer_of_the_same_key_is_another_job(bench: Bench) -> None:
    """Moving or cancelling it leaves what leaves alone."""
    async with bench.db.transaction() as tx:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)
        await jobs.schedule(tx, "one", "note", datetime.now(UTC) + SOON)
        await jobs.schedule(tx, "one", "note", datetime.now(UTC) + 2 * SOON)
        assert await jobs.cancel(tx, "one")
        assert not await jobs.cancel(tx, "one")
    bench.start()

    await bench.becomes("one", State.DONE)
    assert bench.arrived == ["one"]


async def test_it_belongs_to_the_request_that_enqueued_it(bench: Bench) -> None:
    seen: list[str | None] = []

    @bench.jobs.delivery("look")
    async def look(_: Job, __: Context) -> None:
        seen.append(current_correlation())

    with bind_trace(None, correlation="order-7"):
        await bench.enqueue("one", kind="look")
    bench.start()

    await bench.becomes("one", State.DONE)
    assert seen == ["order-7"]


async def test_one_that_is_enqueued_in_this_process_does_not_wait_for_the_next_look(
    bench: Bench,
) -> None:
    bench.start(limits=DeliveryLimits(idle_s=60))
    await bench.enqueue("before")
    await bench.becomes("before", State.DONE)

    await bench.enqueue("one")

    await bench.becomes("one", State.DONE)


async def test_one_that_another_process_enqueued_is_found(bench: Bench) -> None:
    bench.start()
    elsewhere = Database(bench.db.dsn, home=AtHome("ouest"))

    async with elsewhere.transaction() as tx:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)

    await bench.becomes("one", State.DONE)
    await elsewhere.close()


async def test_many_processes_share_the_work_and_each_leaves_once(bench: Bench) -> None:
    keys = [f"{number:03}" for number in range(120)]
    await bench.enqueue(*keys)

    bench.start(4)

    async def all_left() -> bool:
        return await bench.value("SELECT count(*) = 120 FROM jobs WHERE state = 'done'")

    await until(all_left, what="the last one")
    assert sorted(bench.arrived) == keys


async def test_only_so_many_leave_at_once_and_a_slow_one_holds_nobody_up(bench: Bench) -> None:
    door = asyncio.Event()
    bench.slow = {"slow": door}
    bench.start(limits=DeliveryLimits(at_once=3, idle_s=0.05))
    await bench.enqueue("slow", *(f"{number:02}" for number in range(20)))

    async def others_left() -> bool:
        return len(bench.arrived) == 20

    await until(others_left, what="the others")
    door.set()
    await bench.becomes("slow", State.DONE)
    assert bench.most_under_way <= 3


async def test_a_process_that_is_told_to_end_finishes_what_is_under_way(bench: Bench) -> None:
    door = asyncio.Event()
    bench.slow = {"one": door}
    bench.start()
    await bench.enqueue("one")
    await until(lambda: asyncio.sleep(0, bench.under_way), what="the try")

    stopping = asyncio.create_task(bench.stop())
    await bench.enqueue("next")
    door.set()
    await stopping

    assert bench.arrived == ["one"]
    assert (await bench.entry("one")).state is State.DONE
    assert (await bench.entry("next")).attempts == 0


async def test_what_the_settings_do_not_allow_waits_untried_and_it_is_said(bench: Bench) -> None:
    @bench.jobs.delivery("letter", needs=("kafka_user", "public_url"), on_finished=bench.note)
    async def post(_: Job, __: Context) -> None:
        raise AssertionError("never called")

    await bench.enqueue("letter", kind="letter")
    await bench.enqueue("late letter", kind="letter", within=-timedelta(seconds=1))
    await bench.enqueue("marker")
    bench.start()

    await bench.becomes("marker", State.DONE)
    await bench.becomes("late letter", State.EXPIRED)

    waiting = await bench.entry("letter")
    assert (waiting.state, waiting.attempts) == (State.PENDING, 0)
    assert bench.health.notes == {
        "shelf.letter": "waits for settings: INTERCOOP_KAFKA_USER, INTERCOOP_PUBLIC_URL"
    }
    assert bench.health.problems == {}, "the process can do everything else"


async def test_what_ended_is_forgotten_after_thirty_days_and_not_before(bench: Bench) -> None:
    await bench.enqueue("old", "recent", "pending")
    await bench.execute(
        "UPDATE jobs SET state = 'done', finished_at = now() - CASE key"
        " WHEN 'old' THEN interval '31 days' ELSE interval '29 days' END WHERE key <> 'pending'"
    )
    bench.start()
    bench.start_timers()

    async def purged() -> bool:
        return await bench.entry("old") is None

    await until(purged, what="the purge")
    assert await bench.entry("recent")
    await bench.becomes("pending", State.DONE)


async def test_an_idle_process_looks_once_a_second(bench: Bench) -> None:
    bench.start(limits=DeliveryLimits())
    await bench.enqueue("one")
    await bench.becomes("one", State.DONE)
    looks: list[float] = []
    command = bench.db.command

    async def timed(work):
        looks.append(monotonic())
        return await command(work)

    bench.db.command = timed
    await until(lambda: asyncio.sleep(0, len(looks) >= 3), what="three looks")

    assert looks[2] - looks[0] >= 1.9


async def test_outcomes_are_counted_and_the_oldest_wait_is_measured(bench: Bench) -> None:
    def counted(outcome: str) -> float:
        labels = {"service": "shelf", "kind": "parcel", "outcome": outcome}
        return REGISTRY.get_sample_value("intercoop_outgoing_total", labels) or 0.0

    before = counted("done")
    await bench.enqueue("one", "held")
    await bench.execute(
        "UPDATE jobs SET due_at = now() - interval '1 hour', next_try_at = deadline"
        " WHERE key = 'held'"
    )
    bench.start()
    await bench.becomes("one", State.DONE)
    await Measures(replace(SHELF, jobs=bench.jobs), bench.db, bench.health).look()

    async def is_counted() -> bool:
        return counted("done") == before + 1

    await until(is_counted, what="the count")
    age = REGISTRY.get_sample_value("intercoop_outgoing_age_seconds", {"service": "shelf"})
    assert 3600 <= age < 3700


def test_a_kind_needs_settings_that_exist() -> None:
    jobs = Jobs()

    @jobs.delivery("letter", needs=("pubic_url",))
    async def deliver(_: Job, __: Context) -> None:
        """Not called."""

    with pytest.raises(ValueError, match="'letter' needs settings that do not exist: pubic_url"):
        Service("shelf", Path(), jobs=jobs)


async def test_who_makes_it_due_while_it_is_tried_is_not_overruled(bench: Bench) -> None:
    """What it lacked has come in the meantime, and the next try needs no patience."""
    tries: list[float] = []

    @bench.jobs.delivery("look")
    async def look(_: Job, __: Context) -> None:
        tries.append(monotonic())
        if len(tries) == 1:
            async with bench.db.transaction() as tx:
                await jobs.wake(tx, ["one"])
            raise jobs.NotNowError("there was no address yet")

    await bench.enqueue("one", kind="look")
    bench.start()

    await bench.becomes("one", State.DONE)
    assert tries[1] - tries[0] < 5.0, "the usual pause is ten seconds"
