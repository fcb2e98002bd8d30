"""What cannot be delivered now, or never, or was being delivered when something died."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from intercoop_chassis import jobs
from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, NotNowError, RejectedError, State
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.postgres import Transaction, is_transient
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


async def test_what_a_failed_transaction_enqueued_never_leaves(bench: Bench) -> None:
    async def fail(tx: Transaction) -> None:
        await jobs.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)
        raise KeyError

    with pytest.raises(KeyError):
        await bench.db.command(fail)

    assert await bench.entry("one") is None


async def test_a_rejected_one_is_never_tried_again_and_says_why(bench: Bench) -> None:
    bench.faults["one"] = RejectedError("nobody wants it")
    bench.start()
    await bench.enqueue("one")

    failed = await bench.becomes("one", State.FAILED)

    assert (failed.attempts, failed.last_error) == (1, "nobody wants it")
    assert await bench.noted() == ["one failed"]


async def test_whatever_else_fails_waits_longer_each_time_and_arrives_in_the_end(
    bench: Bench,
) -> None:
    bench.faults["one"] = NotNowError("the door is closed")
    bench.start()
    await bench.enqueue("one", within=timedelta(days=9))
    waits = "SELECT extract(epoch FROM next_try_at - now())::float8 FROM jobs WHERE key = 'one'"

    delays = []
    for attempt in range(1, 7):
        entry = await bench.tried("one", attempt)
        delays.append(await bench.value(waits))
        assert entry.last_error == "the door is closed"
        if attempt == 6:
            del bench.faults["one"]
        await bench.execute("UPDATE jobs SET next_try_at = now()")

    await bench.becomes("one", State.DONE)
    for waited, named in zip(delays, (10, 60, 300, 1800, 7200, 7200), strict=True):
        assert named - 5 < waited <= named * 1.2


async def test_nobody_is_tried_after_the_deadline(bench: Bench) -> None:
    bench.faults["one"] = NotNowError("the door is closed")
    bench.start()
    await bench.enqueue("one", within=timedelta(seconds=3))
    await bench.enqueue("late", within=-timedelta(seconds=1))

    late, one = [await bench.becomes(key, State.EXPIRED) for key in ("late", "one")]

    assert bench.arrived == []
    assert (late.attempts, one.attempts) == (0, 1), "the deadline came before the second try"
    assert await bench.noted() == ["late expired", "one expired"]


async def test_the_words_of_a_fault_are_neither_kept_nor_logged(bench: Bench) -> None:
    bench.faults["one"] = ValueError("for camille@example.org")
    with structlog.testing.capture_logs() as lines:
        bench.start()
        await bench.enqueue("one")
        entry = await bench.tried("one", 1)
        await until(
            lambda: asyncio.sleep(0, [one for one in lines if one["event"] == "outgoing_tried"])
        )

    assert entry.last_error == "a fault of the service (ValueError)"
    assert "camille" not in repr(lines)
    assert "parcels.py" in repr(lines), "but where it came from is said"


async def test_one_that_takes_too_long_is_cut_and_tried_again(bench: Bench) -> None:
    bench.slow = {"one": asyncio.Event()}
    bench.start(limits=DeliveryLimits(idle_s=0.05, try_s=0.2))
    await bench.enqueue("one")

    entry = await bench.tried("one", 1)

    assert entry.last_error == "it took too long"
    assert bench.under_way == 0


async def test_what_a_killed_process_held_comes_back_when_its_lease_ends(bench: Bench) -> None:
    bench.slow = {"one": asyncio.Event()}
    (killed,) = bench.start(limits=DeliveryLimits(idle_s=0.05, lease_s=1.0, drain_s=0))
    await bench.enqueue("one")
    await until(lambda: asyncio.sleep(0, bench.under_way), what="the first try")
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    bench.slow = {}

    bench.start()

    done = await bench.becomes("one", State.DONE)
    assert done.attempts == 2


async def test_a_fault_in_noting_the_end_does_not_make_it_leave_again(bench: Bench) -> None:
    async def forgetful(*_: object) -> None:
        raise KeyError("told to fail")

    @bench.jobs.delivery("odd", on_finished=forgetful)
    async def deliver(job: Job, _: Context) -> None:
        bench.arrived.append(job.key)

    with structlog.testing.capture_logs() as lines:
        bench.start()
        await bench.enqueue("one", kind="odd")
        await bench.becomes("one", State.DONE)

    assert bench.arrived == ["one"]
    assert "outgoing_end_not_told" in {line["event"] for line in lines}


async def test_a_failed_one_can_be_tried_again_by_hand_until_its_deadline(bench: Bench) -> None:
    bench.faults["one"] = RejectedError("no such street")
    bench.start()
    await bench.enqueue("one")
    await bench.enqueue("late", within=timedelta(seconds=-1))
    await bench.becomes("one", State.FAILED)
    await bench.becomes("late", State.EXPIRED)
    bench.faults.clear()

    assert await bench.db.command(lambda tx: jobs.retry(tx, "one"))
    assert not await bench.db.command(lambda tx: jobs.retry(tx, "late"))
    assert not await bench.db.command(lambda tx: jobs.retry(tx, "unknown"))

    await bench.becomes("one", State.DONE)
    assert not await bench.db.command(lambda tx: jobs.retry(tx, "one"))


async def test_one_that_waits_is_tried_at_once_when_it_is_woken(bench: Bench) -> None:
    bench.faults["one"] = NotNowError("nobody is at home")
    bench.start()
    await bench.enqueue("one")
    await bench.tried("one", 1)
    bench.faults.clear()

    await bench.db.command(lambda tx: jobs.wake(tx, ["one", "unknown"]))

    await bench.becomes("one", State.DONE)


async def test_it_outlives_a_database_that_goes_away(platform: Platform) -> None:
    server = platform.new_postgres()
    server.start()
    bench = Bench(await platform.database(SHELF, server))
    door = asyncio.Event()
    bench.slow = {"under way": door}
    bench.start()
    await bench.enqueue("under way")
    await until(lambda: asyncio.sleep(0, bench.under_way), what="the try")

    server.stop("immediate")
    door.set()
    await until(lambda: asyncio.sleep(0, bench.arrived), what="its arrival")
    server.start()

    async def enqueued() -> bool:
        try:
            await bench.enqueue("afterwards")
        except Exception as error:
            if not is_transient(error):
                raise
            return False
        return True

    await until(enqueued, what="the database")
    await bench.becomes("afterwards", State.DONE)
    await bench.becomes("under way", State.DONE)
    assert sorted(bench.arrived) == ["afterwards", "under way"], "noted late, but left once"
    await bench.stop()
    await bench.db.close()
    server.stop("immediate")
