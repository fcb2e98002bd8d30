"""A change whose effect fails as if the database were away, while the database answers."""

import asyncio

import asyncpg
import pytest

from intercoop_chassis.errors import NotYetError, waits_for
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.desk import Desk
from testkit.nodes import until
from testkit.poison import Place, good
from testkit.things.service import things_service
from testkit.things.streams import THINGS

PLACE = Place("test", "maker", "follower", str)
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
    desk = Desk(service, "follower", Database(dsn, home=AtHome("follower")), **limits)
    await desk.settle()
    return desk


@pytest.fixture
async def desk(platform, trouble):
    desk = await follower(await platform.database(things_service()), trouble)
    yield desk
    await desk.db.close()


@pytest.mark.parametrize("fault", FAULTS)
async def test_it_is_parked_and_the_others_of_its_poll_are_applied(desk, trouble, fault):
    raws = [good(PLACE) for _ in range(5)]
    trouble.fault, trouble.subject = fault, raws[2].subject
    await desk.receive(*raws)

    applied = {row["subject"] for row in await desk.fetch(APPLIED)}
    assert applied == {raw.subject for raw in raws} - {trouble.subject}
    [parked] = await desk.fetch(PARKED)
    assert parked["subject"] == trouble.subject
    assert parked["kind"] == ObstacleKind.STUBBORN
    assert await desk.offset(raws[0].topic) == 5
    assert desk.health.problems == {}


async def test_its_retries_are_postponed_and_hold_up_no_other_retry(desk, trouble):
    bad, moody = good(PLACE), good(PLACE).valued(b'{"name": "x", "behave": "moody"}')
    trouble.fault, trouble.subject = times_out, bad.subject
    await desk.receive(bad, moody)
    assert len(await desk.fetch(PARKED)) == 2

    await desk.execute("INSERT INTO mood VALUES ('moody', 'well')")
    await desk.execute("UPDATE parked SET next_try_at = 'epoch' WHERE subject = $1", bad.subject)
    await desk.execute("UPDATE parked SET next_try_at = now() WHERE subject <> $1", bad.subject)
    assert await desk.retries.all_due(asyncio.Event())
    [parked] = await desk.fetch(PARKED)
    assert (parked["subject"], parked["attempts"], parked["later"]) == (bad.subject, 2, True)

    trouble.fault = None
    await desk.execute("UPDATE parked SET next_try_at = now()")
    await desk.retries.all_due(asyncio.Event())
    assert await desk.fetch(PARKED) == []
    assert len(await desk.fetch(APPLIED)) == 2


async def test_what_passes_is_not_blamed_on_the_change(desk, trouble):
    async def twice(_change, _tx):
        if trouble.times <= 2:
            raise asyncpg.DeadlockDetectedError("two transactions met")

    raw = good(PLACE)
    trouble.fault, trouble.subject = twice, raw.subject
    await desk.receive(raw)
    assert await desk.fetch(PARKED) == []
    assert len(await desk.fetch("SELECT * FROM told")) == 1


async def test_what_takes_so_long_to_fail_that_patience_ends_is_parked_all_the_same(
    platform, trouble
):
    async def at_last(_change, _tx):
        await asyncio.sleep(0.4)
        raise TimeoutError("a slow neighbour")

    dsn = await platform.database(things_service())
    desk = await follower(dsn, trouble, limit_s=0.5)
    raw = good(PLACE)
    trouble.fault, trouble.subject = at_last, raw.subject
    await desk.receive(raw)
    assert [row["subject"] for row in await desk.fetch(PARKED)] == [raw.subject]
    await desk.db.close()


async def test_a_database_that_is_away_is_not_blamed_on_the_change(platform, trouble):
    postgres = platform.new_postgres()
    postgres.start()
    dsn = await platform.database(things_service(), postgres)
    desk = await follower(dsn, trouble, limit_s=1.0, suspicion_s=0.0)
    raw = good(PLACE)
    postgres.stop("immediate")
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await desk.receive(raw)
    assert "cannot be used" in desk.health.problems["desk"]

    postgres.start()
    await desk.receive(raw)
    assert await desk.fetch(PARKED) == []
    assert len(await desk.fetch(APPLIED)) == 1
    await desk.db.close()
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
    desk = await follower(await platform.database(things_service()), needs)
    await desk.receive(good(PLACE, subject="needy"))
    await desk.execute(RETRY_NOW)

    waking = []

    async def arrives():
        needs.thing = None
        waking.append(asyncio.create_task(desk.execute(RETRY_NOW)))
        await asyncio.sleep(ENOUGH_TO_WAIT_S)  # for the try to end, which holds the row

    needs.meanwhile = arrives
    await desk.retries.all_due(asyncio.Event())
    await waking[0]
    await desk.retries.all_due(asyncio.Event())

    assert await desk.fetch(PARKED) == []
    assert {row["subject"] for row in await desk.fetch(APPLIED)} == {"needy"}
    await desk.db.close()


async def test_what_waits_for_something_else_now_is_looked_at_again_soon(platform):
    needs = Needs("needy")
    desk = await follower(await platform.database(things_service()), needs)
    await desk.receive(good(PLACE, subject="needy"))
    await desk.execute(RETRY_NOW)
    needs.thing = "something-else"
    await desk.retries.all_due(asyncio.Event())
    assert await desk.fetch("SELECT waits_for FROM parked") == [
        {"waits_for": waits_for(THINGS.id, "something-else")}
    ]
    needs.thing = None

    async def is_known():
        await desk.retries.all_due(asyncio.Event())
        return await desk.fetch(APPLIED)

    assert await until(is_known, what="the change")
    await desk.db.close()
