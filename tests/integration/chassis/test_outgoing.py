"""Effects that cannot be rolled back: stored in the transaction of their cause, delivered after it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import structlog
from prometheus_client import REGISTRY
from pydantic import SecretStr

from intercoop_chassis import outgoing
from intercoop_chassis.health import Health
from intercoop_chassis.outgoing import (
    Item,
    NotNowError,
    Outcome,
    Outgoing,
    OutgoingRunner,
    RejectedError,
    State,
)
from intercoop_chassis.outgoing.runner import Pace
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.service import Context
from intercoop_chassis.settings import Settings
from intercoop_chassis.tracing import bind_trace, current_correlation
from testkit.nodes import until
from testkit.platform import Platform
from testkit.shelf.serving import SHELF

QUICK = Pace(idle_s=0.05, lease_s=60.0)
SOON = timedelta(hours=1)
NOTED = "INSERT INTO shelf (id, name, version) VALUES (gen_random_uuid(), $1, 1)"


class Bench:
    """A service whose parcels leave the database, and what became of them."""

    def __init__(self, dsn: str) -> None:
        settings = Settings(
            network="test",
            owner="ouest",
            database=SecretStr(dsn),
            kafka="localhost:1",
            issuer="http://127.0.0.1",
            jwks="http://127.0.0.1",
        )
        self.db = Database(dsn, owner="ouest", max_size=8)
        self.context = Context(settings, self.db)
        self.health = Health()
        self.ways = Outgoing()
        self.arrived: list[str] = []
        self.faults: dict[str, Exception] = {}
        self.slow: dict[str, asyncio.Event] = {}
        self.under_way = self.most_under_way = 0
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.ways.on("parcel", on_finished=self.note)(self.deliver)

    async def deliver(self, item: Item, _: Context) -> None:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if item.key in self.slow:
                await self.slow[item.key].wait()
            if item.key in self.faults:
                raise self.faults[item.key]
            self.arrived.append(item.key)
        finally:
            self.under_way -= 1

    async def note(self, item: Item, outcome: Outcome, tx: Transaction) -> None:
        await tx.execute(NOTED, f"{item.key} {outcome}")

    def start(self, count: int = 1, pace: Pace = QUICK) -> list[asyncio.Task[None]]:
        for _ in range(count):
            runner = OutgoingRunner(
                self.context, self.ways, self.health, service="shelf", pace=pace
            )
            self._tasks.append(asyncio.create_task(runner.run(self._stop)))
        return self._tasks

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks, return_exceptions=True), 15)

    async def enqueue(self, *keys: str, kind: str = "parcel", within: timedelta = SOON) -> None:
        async with self.db.transaction() as tx:
            for key in keys:
                deadline = datetime.now(UTC) + within
                await outgoing.enqueue(tx, key, kind, {"for": key}, deadline=deadline)

    async def value(self, sql: str, *arguments: object):
        async with self.db.read() as tx:
            return await tx.fetchval(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(sql, *arguments)

    async def entry(self, key: str) -> outgoing.Entry | None:
        async with self.db.read() as tx:
            return await outgoing.get_entry(key, tx)

    async def becomes(self, key: str, state: State) -> outgoing.Entry:
        async def found() -> outgoing.Entry | None:
            entry = await self.entry(key)
            return entry if entry and entry.state is state else None

        return await until(found, within_s=10, what=f"{key} {state}")

    async def tried(self, key: str, attempts: int) -> outgoing.Entry:
        """Wait until this many tries have ended."""

        async def found() -> outgoing.Entry | None:
            entry = await self.entry(key)
            rests = await self.value(
                "SELECT leased_until IS NULL FROM outgoing WHERE key = $1", key
            )
            return entry if entry and entry.attempts == attempts and rests else None

        return await until(found, within_s=10, what=f"try {attempts} of {key}")

    async def noted(self) -> list[str]:
        async with self.db.read() as tx:
            return [row["name"] for row in await tx.fetch("SELECT name FROM shelf ORDER BY name")]


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


async def test_what_a_failed_transaction_enqueued_never_leaves(bench: Bench) -> None:
    async def fail(tx: Transaction) -> None:
        await outgoing.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)
        raise KeyError

    with pytest.raises(KeyError):
        await bench.db.command(fail)

    assert await bench.entry("one") is None


async def test_the_same_key_again_is_nothing_also_when_it_has_left(bench: Bench) -> None:
    bench.start()
    await bench.enqueue("one", "one")
    await bench.becomes("one", State.DONE)

    await bench.enqueue("one", "marker")
    await bench.becomes("marker", State.DONE)

    assert sorted(bench.arrived) == ["marker", "one"]


async def test_it_belongs_to_the_request_that_enqueued_it(bench: Bench) -> None:
    seen: list[str | None] = []

    @bench.ways.on("look")
    async def look(_: Item, __: Context) -> None:
        seen.append(current_correlation())

    with bind_trace(None, correlation="order-7"):
        await bench.enqueue("one", kind="look")
    bench.start()

    await bench.becomes("one", State.DONE)
    assert seen == ["order-7"]


async def test_one_that_is_enqueued_in_this_process_does_not_wait_for_the_next_look(
    bench: Bench,
) -> None:
    bench.start(pace=Pace(idle_s=60))
    await bench.enqueue("before")
    await bench.becomes("before", State.DONE)

    await bench.enqueue("one")

    await bench.becomes("one", State.DONE)


async def test_one_that_another_process_enqueued_is_found(bench: Bench) -> None:
    bench.start()
    elsewhere = Database(bench.db.dsn, owner="ouest")

    async with elsewhere.transaction() as tx:
        await outgoing.enqueue(tx, "one", "parcel", {}, deadline=datetime.now(UTC) + SOON)

    await bench.becomes("one", State.DONE)
    await elsewhere.close()


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
    waits = "SELECT extract(epoch FROM next_try_at - now())::float8 FROM outgoing WHERE key = 'one'"

    delays = []
    for attempt in range(1, 7):
        entry = await bench.tried("one", attempt)
        delays.append(await bench.value(waits))
        assert entry.last_error == "the door is closed"
        if attempt == 6:
            del bench.faults["one"]
        await bench.execute("UPDATE outgoing SET next_try_at = now()")

    await bench.becomes("one", State.DONE)
    for waited, named in zip(delays, (10, 60, 300, 1800, 7200, 7200), strict=True):
        assert named - 5 < waited <= named * 1.2


async def test_nobody_is_tried_after_the_deadline(bench: Bench) -> None:
    bench.faults["one"] = NotNowError("the door is closed")
    bench.start()
    await bench.enqueue("one", within=timedelta(seconds=0.6))
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
    assert "test_outgoing.py" in repr(lines), "but where it came from is said"


async def test_many_processes_share_the_work_and_each_leaves_once(bench: Bench) -> None:
    keys = [f"{number:03}" for number in range(120)]
    await bench.enqueue(*keys)

    bench.start(4)

    async def all_left() -> bool:
        return await bench.value("SELECT count(*) = 120 FROM outgoing WHERE state = 'done'")

    await until(all_left, within_s=20, what="the last one")
    assert sorted(bench.arrived) == keys


async def test_only_so_many_leave_at_once_and_a_slow_one_holds_nobody_up(bench: Bench) -> None:
    door = asyncio.Event()
    bench.slow = {"slow": door}
    bench.start(pace=Pace(at_once=3, idle_s=0.05))
    await bench.enqueue("slow", *(f"{number:02}" for number in range(20)))

    async def others_left() -> bool:
        return len(bench.arrived) == 20

    await until(others_left, within_s=10, what="the others")
    door.set()
    await bench.becomes("slow", State.DONE)
    assert bench.most_under_way <= 3


async def test_one_that_takes_too_long_is_cut_and_tried_again(bench: Bench) -> None:
    bench.slow = {"one": asyncio.Event()}
    bench.start(pace=Pace(idle_s=0.05, try_s=0.2))
    await bench.enqueue("one")

    entry = await bench.tried("one", 1)

    assert entry.last_error == "it took too long"
    assert bench.under_way == 0


async def test_what_a_killed_process_held_comes_back_when_its_lease_ends(bench: Bench) -> None:
    bench.slow = {"one": asyncio.Event()}
    (killed,) = bench.start(pace=Pace(idle_s=0.05, lease_s=1.0, drain_s=0))
    await bench.enqueue("one")
    await until(lambda: asyncio.sleep(0, bench.under_way), what="the first try")
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    bench.slow = {}

    bench.start()

    done = await bench.becomes("one", State.DONE)
    assert done.attempts == 2


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
    @bench.ways.on("letter", needs=("smtp", "mail_from"), on_finished=bench.note)
    async def post(_: Item, __: Context) -> None:
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
        "shelf.letter": "waits for settings: INTERCOOP_SMTP, INTERCOOP_MAIL_FROM"
    }
    assert bench.health.problems == {}, "the process can do everything else"


async def test_a_fault_in_noting_the_end_does_not_make_it_leave_again(bench: Bench) -> None:
    async def forgetful(*_: object) -> None:
        raise KeyError("told to fail")

    @bench.ways.on("odd", on_finished=forgetful)
    async def deliver(item: Item, _: Context) -> None:
        bench.arrived.append(item.key)

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

    assert await bench.db.command(lambda tx: outgoing.retry(tx, "one"))
    assert not await bench.db.command(lambda tx: outgoing.retry(tx, "late"))
    assert not await bench.db.command(lambda tx: outgoing.retry(tx, "unknown"))

    await bench.becomes("one", State.DONE)
    assert not await bench.db.command(lambda tx: outgoing.retry(tx, "one"))


async def test_one_that_waits_is_tried_at_once_when_it_is_woken(bench: Bench) -> None:
    bench.faults["one"] = NotNowError("nobody is at home")
    bench.start()
    await bench.enqueue("one")
    await bench.tried("one", 1)
    bench.faults.clear()

    await bench.db.command(lambda tx: outgoing.wake(tx, ["one", "unknown"]))

    await bench.becomes("one", State.DONE)


async def test_what_ended_is_forgotten_after_thirty_days_and_not_before(bench: Bench) -> None:
    await bench.enqueue("old", "recent", "pending")
    await bench.execute(
        "UPDATE outgoing SET state = 'done', finished_at = now() - CASE key"
        " WHEN 'old' THEN interval '31 days' ELSE interval '29 days' END WHERE key <> 'pending'"
    )
    bench.start()

    async def purged() -> bool:
        return await bench.entry("old") is None

    await until(purged, within_s=10, what="the purge")
    assert await bench.entry("recent")
    await bench.becomes("pending", State.DONE)


async def test_an_idle_process_looks_once_a_second(bench: Bench) -> None:
    bench.start(pace=Pace())
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


async def test_outcomes_are_counted_and_the_oldest_wait_is_measured(bench: Bench) -> None:
    def counted(outcome: str) -> float:
        labels = {"service": "shelf", "kind": "parcel", "outcome": outcome}
        return REGISTRY.get_sample_value("intercoop_outgoing_total", labels) or 0.0

    before = counted("done")
    await bench.enqueue("one", "held")
    await bench.execute(
        "UPDATE outgoing SET not_before = now() - interval '1 hour', next_try_at = deadline"
        " WHERE key = 'held'"
    )
    bench.start()
    await bench.becomes("one", State.DONE)

    async def measured() -> bool:
        age = REGISTRY.get_sample_value("intercoop_outgoing_age_seconds", {"service": "shelf"})
        return counted("done") == before + 1 and age is not None and 3600 <= age < 3700

    await until(measured, within_s=5, what="the measures")


def test_a_kind_has_one_way_and_needs_settings_that_exist() -> None:
    ways = Outgoing()

    async def deliver(_: Item, __: Context) -> None:
        """Not called."""

    ways.on("mail")(deliver)
    with pytest.raises(ValueError, match="'mail'"):
        ways.on("mail")(deliver)
    with pytest.raises(ValueError, match="smpt"):
        ways.on("letter", needs=("smpt",))
