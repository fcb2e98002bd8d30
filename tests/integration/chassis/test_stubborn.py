"""A change whose effect fails as if the database were away, while the database answers."""

import asyncio

import asyncpg
import pytest

from intercoop_chassis.errors import NotYetError, waits_for
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.nodes import until
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import THINGS

TARGET = PoisonTarget("test", "maker", "follower")
TERMINATE = "SELECT pg_terminate_backend(pg_backend_pid())"
APPLIED = "SELECT subject FROM replica WHERE applied > 0 ORDER BY subject"
ENOUGH_TO_WAIT_S = 0.3
RETRY_NOW = "UPDATE parked SET next_try_at = now()"
PARKED = "SELECT subject, kind, attempts, next_try_at > now() AS later FROM parked"


async def times_out(_change, _tx):
    raise TimeoutError("a slow neighbour")


async def is_cut_off(_change, _tx):
    raise ConnectionResetError(104, "Connection reset by peer")


async def finds_no_host(_change, _tx):
    raise OSError("Multiple exceptions")


async def ends_its_own_connection(_change, tx):
    await tx.execute(TERMINATE)


async def is_cancelled(_change, tx):
    await tx.execute("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(5)")


FAULTS = (times_out, is_cut_off, finds_no_host, ends_its_own_connection, is_cancelled)


class Trouble:
    """A reaction that does something to one subject, as long as it lasts."""

    def __init__(self):
        self.fault = None
        self.subject = None
        self.times = 0

    async def __call__(self, change, tx):
        if self.fault and change.subject == self.subject:
            self.times += 1
            await self.fault(change, tx)


@pytest.fixture
def trouble():
    return Trouble()


async def follower(dsn, trouble, **limits):
    service = things_service()
    service.subscribers.each(THINGS)(trouble)
    consumer = BrokerlessConsumer(
        service, "follower", Database(dsn, home=AtHome("follower")), **limits
    )
    await consumer.settle()
    return consumer


@pytest.fixture
async def consumer(platform, trouble):
    consumer = await follower(await platform.database(things_service()), trouble)
    yield consumer
    await consumer.db.close()


@pytest.mark.parametrize("fault", FAULTS)
async def test_it_is_parked_and_the_others_of_its_poll_are_applied(consumer, trouble, fault):
    raws = [good(TARGET) for _ in range(5)]
    trouble.fault, trouble.subject = fault, raws[2].subject
    await consumer.receive(*raws)

    applied = {row["subject"] for row in await consumer.fetch(APPLIED)}
    assert applied == {raw.subject for raw in raws} - {trouble.subject}
    [parked] = await consumer.fetch(PARKED)
    assert parked["subject"] == trouble.subject
    assert parked["kind"] == ObstacleKind.STUBBORN
    assert await consumer.offset(raws[0].topic) == 5
    assert consumer.health.problems == {}


async def test_its_retries_are_postponed_and_hold_up_no_other_retry(consumer, trouble):
    bad, moody = good(TARGET), good(TARGET).valued(b'{"name": "x", "behave": "moody"}')
    trouble.fault, trouble.subject = times_out, bad.subject
    await consumer.receive(bad, moody)
    assert len(await consumer.fetch(PARKED)) == 2

    await consumer.execute("INSERT INTO mood VALUES ('moody', 'well')")
    await consumer.execute(
        "UPDATE parked SET next_try_at = 'epoch' WHERE subject = $1", bad.subject
    )
    await consumer.execute("UPDATE parked SET next_try_at = now() WHERE subject <> $1", bad.subject)
    assert await consumer.retries.all_due(asyncio.Event())
    [parked] = await consumer.fetch(PARKED)
    assert (parked["subject"], parked["attempts"], parked["later"]) == (bad.subject, 2, True)

    trouble.fault = None
    await consumer.execute("UPDATE parked SET next_try_at = now()")
    await consumer.retries.all_due(asyncio.Event())
    assert await consumer.fetch(PARKED) == []
    assert len(await consumer.fetch(APPLIED)) == 2


async def test_what_passes_is_not_blamed_on_the_change(consumer, trouble):
    async def twice(_change, _tx):
        if trouble.times <= 2:
            raise asyncpg.DeadlockDetectedError("two transactions met")

    raw = good(TARGET)
    trouble.fault, trouble.subject = twice, raw.subject
    await consumer.receive(raw)
    assert await consumer.fetch(PARKED) == []
    assert len(await consumer.fetch("SELECT * FROM told")) == 1


async def test_what_takes_so_long_to_fail_that_patience_ends_is_parked_all_the_same(
    platform, trouble
):
    async def at_last(_change, _tx):
        await asyncio.sleep(0.4)
        raise TimeoutError("a slow neighbour")

    dsn = await platform.database(things_service())
    consumer = await follower(dsn, trouble, limit_s=0.5)
    raw = good(TARGET)
    trouble.fault, trouble.subject = at_last, raw.subject
    await consumer.receive(raw)
    assert [row["subject"] for row in await consumer.fetch(PARKED)] == [raw.subject]
    await consumer.db.close()


async def test_a_database_that_is_away_is_not_blamed_on_the_change(platform, trouble):
    postgres = platform.new_postgres()
    postgres.start()
    dsn = await platform.database(things_service(), postgres)
    consumer = await follower(dsn, trouble, limit_s=1.0, suspicion_s=0.0)
    raw = good(TARGET)
    postgres.stop("immediate")
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await consumer.receive(raw)
    assert "cannot be used" in consumer.health.problems["poll"]

    postgres.start()
    await consumer.receive(raw)
    assert await consumer.fetch(PARKED) == []
    assert len(await consumer.fetch(APPLIED)) == 1
    await consumer.db.close()
    postgres.stop("immediate")


class Needs:
    """A reaction to one subject that needs another entity; `meanwhile` happens while it looks."""

    def __init__(self, subject, thing="thing-that-is-needed"):
        self.subject = subject
        self.thing = thing
        self.meanwhile = None

    async def __call__(self, change, _tx):
        if change.subject != self.subject or self.thing is None:
            return
        thing, meanwhile, self.meanwhile = self.thing, self.meanwhile, None
        if meanwhile:
            await meanwhile()
        raise NotYetError(THINGS, thing)


async def test_what_was_made_due_while_it_was_tried_is_tried_again_at_once(platform):
    """By an operator, or because what it waits for has arrived: not in five minutes."""
    needs = Needs("needy")
    consumer = await follower(await platform.database(things_service()), needs)
    await consumer.receive(good(TARGET, subject="needy"))
    await consumer.execute(RETRY_NOW)

    waking = []

    async def arrives():
        needs.thing = None
        waking.append(asyncio.create_task(consumer.execute(RETRY_NOW)))
        await asyncio.sleep(ENOUGH_TO_WAIT_S)  # for the try to end, which holds the row

    needs.meanwhile = arrives
    await consumer.retries.all_due(asyncio.Event())
    await waking[0]
    await consumer.retries.all_due(asyncio.Event())

    assert await consumer.fetch(PARKED) == []
    assert {row["subject"] for row in await consumer.fetch(APPLIED)} == {"needy"}
    await consumer.db.close()


async def test_what_waits_for_something_else_now_is_looked_at_again_soon(platform):
    needs = Needs("needy")
    consumer = await follower(await platform.database(things_service()), needs)
    await consumer.receive(good(TARGET, subject="needy"))
    await consumer.execute(RETRY_NOW)
    needs.thing = "something-else"
    await consumer.retries.all_due(asyncio.Event())
    assert await consumer.fetch("SELECT waits_for FROM parked") == [
        {"waits_for": waits_for(THINGS.id, "something-else")}
    ]
    needs.thing = None

    async def is_known():
        await consumer.retries.all_due(asyncio.Event())
        return await consumer.fetch(APPLIED)

    assert await until(is_known, what="the change")
    await consumer.db.close()
