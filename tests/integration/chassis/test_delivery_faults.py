"""What cannot be delivered now, or never, or was being delivered when something died."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from intercoop_chassis import jobs
from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, NotNowError, RejectedError, State, deliveries
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.postgres import Transaction, is_transient
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


async def test_what_a_failed_transaction_enqueued_never_leaves(harness: DeliveriesHarness) -> None:
    async def fail(tx: Transaction) -> None:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)
        raise KeyError

    with pytest.raises(KeyError):
        await harness.db.command(fail)

    assert await harness.entry("one") is None


async def test_a_rejected_one_is_never_tried_again_and_says_why(harness: DeliveriesHarness) -> None:
    harness.faults["one"] = RejectedError("nobody wants it")
    harness.start()
    await harness.enqueue("one")

    failed = await harness.becomes("one", State.FAILED)

    assert (failed.attempts, failed.last_error) == (1, "nobody wants it")
    assert await harness.noted() == ["one failed"]


async def test_whatever_else_fails_waits_longer_each_time_and_arrives_in_the_end(
    harness: DeliveriesHarness,
) -> None:
    harness.faults["one"] = NotNowError("the door is closed")
    harness.start()
    await harness.enqueue("one", within=timedelta(days=9))
    waits = "SELECT extract(epoch FROM next_try_at - now())::float8 FROM jobs WHERE key = 'one'"

    delays = []
    for attempt in range(1, 7):
        entry = await harness.tried("one", attempt)
        delays.append(await harness.value(waits))
        assert entry.last_error == "the door is closed"
        if attempt == 6:
            del harness.faults["one"]
        await harness.execute("UPDATE jobs SET next_try_at = now()")

    await harness.becomes("one", State.DONE)
    for waited, named in zip(delays, (10, 60, 300, 1800, 7200, 7200), strict=True):
        assert named - 5 < waited <= named * 1.2


async def test_nobody_is_tried_after_the_deadline(harness: DeliveriesHarness) -> None:
    harness.faults["one"] = NotNowError("the door is closed")
    harness.start()
    await harness.enqueue("one", within=timedelta(seconds=3))
    await harness.enqueue("late", within=-timedelta(seconds=1))

    late, one = [await harness.becomes(key, State.EXPIRED) for key in ("late", "one")]

    assert harness.arrived == []
    assert (late.attempts, one.attempts) == (0, 1), "the deadline came before the second try"
    assert await harness.noted() == ["late expired", "one expired"]


async def test_the_words_of_a_fault_are_neither_kept_nor_logged(harness: DeliveriesHarness) -> None:
    harness.faults["one"] = ValueError("for camille@example.org")
    with structlog.testing.capture_logs() as lines:
        harness.start()
        await harness.enqueue("one")
        entry = await harness.tried("one", 1)
        await until(
            lambda: asyncio.sleep(0, [one for one in lines if one["event"] == "outgoing_tried"])
        )

    assert entry.last_error == "a fault of the service (ValueError)"
    assert "camille" not in repr(lines)
    assert "deliveries_harness.py" in repr(lines), "but where it came from is said"


async def test_one_that_takes_too_long_is_cut_and_tried_again(harness: DeliveriesHarness) -> None:
    harness.slow = {"one": asyncio.Event()}
    harness.start(limits=DeliveryLimits(idle_s=0.05, try_s=0.2))
    await harness.enqueue("one")

    entry = await harness.tried("one", 1)

    assert entry.last_error == "it took too long"
    assert harness.under_way == 0


async def test_what_a_killed_process_held_comes_back_when_its_lease_ends(
    harness: DeliveriesHarness,
) -> None:
    harness.slow = {"one": asyncio.Event()}
    (killed,) = harness.start(limits=DeliveryLimits(idle_s=0.05, lease_s=1.0, drain_s=0))
    await harness.enqueue("one")
    await until(lambda: asyncio.sleep(0, harness.under_way), what="the first try")
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    harness.slow = {}

    harness.start(limits=DeliveryLimits(idle_s=0.05, lease_s=1.0))

    done = await harness.becomes("one", State.DONE)
    assert done.attempts == 2


async def test_a_lease_is_renewed_for_as_long_as_the_try_goes_on(
    harness: DeliveriesHarness,
) -> None:
    """Another process would take it otherwise, and it would arrive twice."""
    door = asyncio.Event()
    harness.slow = {"one": door}
    harness.start(2, limits=DeliveryLimits(idle_s=0.05, lease_s=1.0, renew_s=0.1))
    await harness.enqueue("one")

    async def outlasted() -> bool:
        return await harness.value("SELECT leased_until > due_at + interval '4 s' FROM jobs")

    await until(outlasted, what="a try that takes longer than a lease")
    door.set()
    done = await harness.becomes("one", State.DONE)
    assert (done.attempts, harness.arrived) == (1, ["one"])


async def test_a_try_whose_lease_is_anothers_is_cut(harness: DeliveriesHarness) -> None:
    harness.slow = {"one": asyncio.Event()}
    harness.start(limits=DeliveryLimits(idle_s=0.05, lease_s=1.0, renew_s=0.1))
    await harness.enqueue("one")
    await until(lambda: asyncio.sleep(0, harness.under_way), what="the try")
    await harness.execute(
        "UPDATE jobs SET attempts = 2, leased_until = now() + interval '1 h',"
        " next_try_at = now() + interval '1 h'"
    )

    async def cut() -> bool:
        return harness.under_way == 0

    await until(cut, what="the end of the try")
    held = "SELECT attempts = 2 AND leased_until > now() FROM jobs"
    assert await harness.value(held), "the other's lease is left alone"
    assert harness.arrived == []


async def test_a_lease_that_ended_while_the_database_was_away_can_be_renewed_first(
    harness: DeliveriesHarness,
) -> None:
    """Whoever held it is alive, and may have delivered it: it has as long again from the start."""
    await harness.enqueue("one")
    await harness.execute(
        "UPDATE jobs SET attempts = 1, leased_until = now() - interval '1 s',"
        " next_try_at = now() - interval '1 s'"
    )
    since_start, none = timedelta(days=365), timedelta(milliseconds=1)

    async with harness.db.transaction() as tx:
        assert await deliveries.claim(["parcel"], 4, since_start, tx) == []
        held = Job("one", "parcel", {}, datetime.now(UTC), 1)
        assert await deliveries.renew([held], timedelta(seconds=10), tx) == {"one"}
        assert await deliveries.claim(["parcel"], 4, none, tx) == []
        await tx.execute(
            "UPDATE jobs SET leased_until = now() - interval '1 s', next_try_at = now()"
        )
        assert [each.job.key for each in await deliveries.claim(["parcel"], 4, none, tx)] == ["one"]


async def test_who_makes_it_due_during_a_long_try_is_not_overruled_by_a_renewal(
    harness: DeliveriesHarness,
) -> None:
    door = asyncio.Event()
    harness.slow = {"one": door}
    harness.faults["one"] = NotNowError("there was no address yet")
    harness.start(limits=DeliveryLimits(idle_s=0.05, lease_s=1.0, renew_s=0.1))
    await harness.enqueue("one")
    await until(lambda: asyncio.sleep(0, harness.under_way), what="the try")
    await harness.db.command(lambda tx: jobs.wake(tx, ["one"]))

    async def renewed() -> bool:
        return await harness.value("SELECT leased_until > next_try_at + interval '2 s' FROM jobs")

    await until(renewed, what="renewals")
    door.set()
    await harness.tried("one", 2)  # at once, and not after the usual pause


async def test_a_fault_in_noting_the_end_does_not_make_it_leave_again(
    harness: DeliveriesHarness,
) -> None:
    async def forgetful(*_: object) -> None:
        raise KeyError("told to fail")

    @harness.jobs.delivery("odd", on_finished=forgetful)
    async def deliver(job: Job, _: Context) -> None:
        harness.arrived.append(job.key)

    with structlog.testing.capture_logs() as lines:
        harness.start()
        await harness.enqueue("one", kind="odd")
        await harness.becomes("one", State.DONE)

    assert harness.arrived == ["one"]
    assert "outgoing_end_not_told" in {line["event"] for line in lines}


async def test_a_failed_one_can_be_tried_again_by_hand_until_its_deadline(
    harness: DeliveriesHarness,
) -> None:
    harness.faults["one"] = RejectedError("no such street")
    harness.start()
    await harness.enqueue("one")
    await harness.enqueue("late", within=timedelta(seconds=-1))
    await harness.becomes("one", State.FAILED)
    await harness.becomes("late", State.EXPIRED)
    harness.faults.clear()

    assert await harness.db.command(lambda tx: jobs.retry(tx, "one"))
    assert not await harness.db.command(lambda tx: jobs.retry(tx, "late"))
    assert not await harness.db.command(lambda tx: jobs.retry(tx, "unknown"))

    await harness.becomes("one", State.DONE)
    assert not await harness.db.command(lambda tx: jobs.retry(tx, "one"))


async def test_one_that_waits_is_tried_at_once_when_it_is_woken(harness: DeliveriesHarness) -> None:
    harness.faults["one"] = NotNowError("nobody is at home")
    harness.start()
    await harness.enqueue("one")
    await harness.tried("one", 1)
    harness.faults.clear()

    await harness.db.command(lambda tx: jobs.wake(tx, ["one", "unknown"]))

    await harness.becomes("one", State.DONE)


async def test_it_outlives_a_database_that_goes_away(platform: Platform) -> None:
    server = platform.new_postgres()
    server.start()
    harness = DeliveriesHarness(await platform.database(SAMPLE_API, server))
    door = asyncio.Event()
    harness.slow = {"under way": door}
    harness.start()
    await harness.enqueue("under way")
    await until(lambda: asyncio.sleep(0, harness.under_way), what="the try")

    server.stop("immediate")
    door.set()
    await until(lambda: asyncio.sleep(0, harness.arrived), what="its arrival")
    server.start()

    async def enqueued() -> bool:
        try:
            await harness.enqueue("afterwards")
        except Exception as error:
            if not is_transient(error):
                raise
            return False
        return True

    await until(enqueued, what="the database")
    await harness.becomes("afterwards", State.DONE)
    await harness.becomes("under way", State.DONE)
    assert sorted(harness.arrived) == ["afterwards", "under way"], "noted late, but left once"
    await harness.stop()
    await harness.db.close()
    server.stop("immediate")
