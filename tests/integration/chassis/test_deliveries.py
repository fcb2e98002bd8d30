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
from testkit.deliveries_harness import SOON, DeliveriesHarness
from testkit.nodes import until
from testkit.platform import Platform
from testkit.sample_api.serving import SAMPLE_API


@pytest.fixture
async def harness(platform: Platform) -> AsyncIterator[DeliveriesHarness]:
    harness = DeliveriesHarness(await platform.database(SAMPLE_API))
    yield harness
    await harness.stop()
    await harness.db.close()


async def test_it_leaves_after_the_commit_and_its_end_is_noted(harness: DeliveriesHarness) -> None:
    harness.start()
    await harness.enqueue("one")

    done = await harness.becomes("one", State.DONE)

    assert harness.arrived == ["one"]
    assert (done.attempts, done.last_error, done.payload) == (1, None, {"for": "one"})
    assert await harness.noted() == ["one done"]


async def test_the_same_key_again_is_nothing_also_when_it_has_left(
    harness: DeliveriesHarness,
) -> None:
    harness.start()
    await harness.enqueue("one", "one")
    await harness.becomes("one", State.DONE)

    await harness.enqueue("one", "marker")
    await harness.becomes("marker", State.DONE)

    assert sorted(harness.arrived) == ["marker", "one"]


async def test_a_timer_of_the_same_key_is_another_job(harness: DeliveriesHarness) -> None:
    """Moving or cancelling it leaves what leaves alone."""
    async with harness.db.transaction() as tx:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)
        await jobs.schedule(tx, "one", "note", datetime.now(UTC) + SOON)
        await jobs.schedule(tx, "one", "note", datetime.now(UTC) + 2 * SOON)
        assert await jobs.cancel(tx, "one")
        assert not await jobs.cancel(tx, "one")
    harness.start()

    await harness.becomes("one", State.DONE)
    assert harness.arrived == ["one"]


async def test_it_belongs_to_the_request_that_enqueued_it(harness: DeliveriesHarness) -> None:
    seen: list[str | None] = []

    @harness.jobs.delivery("look")
    async def look(_: Job, __: Context) -> None:
        seen.append(current_correlation())

    with bind_trace(None, correlation="order-7"):
        await harness.enqueue("one", kind="look")
    harness.start()

    await harness.becomes("one", State.DONE)
    assert seen == ["order-7"]


async def test_one_that_is_enqueued_in_this_process_does_not_wait_for_the_next_look(
    harness: DeliveriesHarness,
) -> None:
    harness.start(limits=DeliveryLimits(idle_s=60))
    await harness.enqueue("before")
    await harness.becomes("before", State.DONE)

    await harness.enqueue("one")

    await harness.becomes("one", State.DONE)


async def test_one_that_another_process_enqueued_is_found(harness: DeliveriesHarness) -> None:
    harness.start()
    elsewhere = Database(harness.db.dsn, home=AtHome("ouest"))

    async with elsewhere.transaction() as tx:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)

    await harness.becomes("one", State.DONE)
    await elsewhere.close()


async def test_many_processes_share_the_work_and_each_leaves_once(
    harness: DeliveriesHarness,
) -> None:
    keys = [f"{number:03}" for number in range(120)]
    await harness.enqueue(*keys)

    harness.start(4)

    async def all_left() -> bool:
        return await harness.value("SELECT count(*) = 120 FROM jobs WHERE state = 'done'")

    await until(all_left, what="the last one")
    assert sorted(harness.arrived) == keys


async def test_only_so_many_leave_at_once_and_a_slow_one_holds_nobody_up(
    harness: DeliveriesHarness,
) -> None:
    door = asyncio.Event()
    harness.slow = {"slow": door}
    harness.start(limits=DeliveryLimits(at_once=3, idle_s=0.05))
    await harness.enqueue("slow", *(f"{number:02}" for number in range(20)))

    async def others_left() -> bool:
        return len(harness.arrived) == 20

    await until(others_left, what="the others")
    door.set()
    await harness.becomes("slow", State.DONE)
    assert harness.most_under_way <= 3


async def test_a_process_that_is_told_to_end_finishes_what_is_under_way(
    harness: DeliveriesHarness,
) -> None:
    door = asyncio.Event()
    harness.slow = {"one": door}
    harness.start()
    await harness.enqueue("one")
    await until(lambda: asyncio.sleep(0, harness.under_way), what="the try")

    stopping = asyncio.create_task(harness.stop())
    await harness.enqueue("next")
    door.set()
    await stopping

    assert harness.arrived == ["one"]
    assert (await harness.entry("one")).state is State.DONE
    assert (await harness.entry("next")).attempts == 0


async def test_what_the_settings_do_not_allow_waits_untried_and_it_is_said(
    harness: DeliveriesHarness,
) -> None:
    @harness.jobs.delivery("letter", needs=("kafka_user", "public_url"), on_finished=harness.note)
    async def post(_: Job, __: Context) -> None:
        raise AssertionError("never called")

    await harness.enqueue("letter", kind="letter")
    await harness.enqueue("late letter", kind="letter", within=-timedelta(seconds=1))
    await harness.enqueue("marker")
    harness.start()

    await harness.becomes("marker", State.DONE)
    await harness.becomes("late letter", State.EXPIRED)

    waiting = await harness.entry("letter")
    assert (waiting.state, waiting.attempts) == (State.PENDING, 0)
    assert harness.health.notes == {
        "shelf.letter": "waits for settings: INTERCOOP_KAFKA_USER, INTERCOOP_PUBLIC_URL"
    }
    assert harness.health.problems == {}, "the process can do everything else"


async def test_what_ended_is_forgotten_after_thirty_days_and_not_before(
    harness: DeliveriesHarness,
) -> None:
    await harness.enqueue("old", "recent", "pending")
    await harness.execute(
        "UPDATE jobs SET state = 'done', finished_at = now() - CASE key"
        " WHEN 'old' THEN interval '31 days' ELSE interval '29 days' END WHERE key <> 'pending'"
    )
    harness.start()
    harness.start_timers()

    async def purged() -> bool:
        return await harness.entry("old") is None

    await until(purged, what="the purge")
    assert await harness.entry("recent")
    await harness.becomes("pending", State.DONE)


async def test_an_idle_process_looks_once_a_second(harness: DeliveriesHarness) -> None:
    harness.start(limits=DeliveryLimits())
    await harness.enqueue("one")
    await harness.becomes("one", State.DONE)
    looks: list[float] = []
    command = harness.db.command

    async def timed(work):
        looks.append(monotonic())
        return await command(work)

    harness.db.command = timed
    await until(lambda: asyncio.sleep(0, len(looks) >= 3), what="three looks")

    assert looks[2] - looks[0] >= 1.9


async def test_outcomes_are_counted_and_the_oldest_wait_is_measured(
    harness: DeliveriesHarness,
) -> None:
    def counted(outcome: str) -> float:
        labels = {"service": "shelf", "kind": "parcel", "outcome": outcome}
        return REGISTRY.get_sample_value("intercoop_outgoing_total", labels) or 0.0

    before = counted("done")
    await harness.enqueue("one", "held")
    await harness.execute(
        "UPDATE jobs SET due_at = now() - interval '1 hour', next_try_at = deadline"
        " WHERE key = 'held'"
    )
    harness.start()
    await harness.becomes("one", State.DONE)
    service, settings = replace(SAMPLE_API, jobs=harness.jobs), harness.context.settings
    await Measures(service, harness.db, harness.health, settings).look()

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


async def test_who_makes_it_due_while_it_is_tried_is_not_overruled(
    harness: DeliveriesHarness,
) -> None:
    """What it lacked has come in the meantime, and the next try needs no patience."""
    tries: list[float] = []

    @harness.jobs.delivery("look")
    async def look(_: Job, __: Context) -> None:
        tries.append(monotonic())
        if len(tries) == 1:
            async with harness.db.transaction() as tx:
                await jobs.wake(tx, ["one"])
            raise jobs.NotNowError("there was no address yet")

    await harness.enqueue("one", kind="look")
    harness.start()

    await harness.becomes("one", State.DONE)
    assert tries[1] - tries[0] < 5.0, "the usual pause is ten seconds"
