"""A connection that is open and reaches nowhere: what waits on it gives up, and others work."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import asyncpg
import pytest

from intercoop_chassis.postgres import AtHome, Database, is_transient
from testkit.nodes import until
from testkit.tcp_proxies import TcpProxies
from testkit.things.service import things_service

MAKE_SEAT = """
CREATE TABLE seat (taken boolean);
INSERT INTO seat VALUES (false);
GRANT ALL ON seat TO PUBLIC
"""
ENDED = (asyncpg.TransactionTimeoutError, asyncpg.PostgresConnectionError)
SEAT = "SELECT taken FROM seat FOR UPDATE"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
SLEEP = "SELECT true FROM pg_sleep(0.2)"


@pytest.fixture
async def proxies(platform):
    proxies = TcpProxies((platform.postgres.port,))
    await proxies.start()
    yield proxies
    await proxies.close()


@pytest.fixture
async def db(platform, proxies):
    dsn = await platform.database(things_service())
    port = proxies.ports[urlsplit(dsn).port]
    db = Database(
        dsn.replace(f":{platform.postgres.port}/", f":{port}/"), home=AtHome("a"), statement_s=3
    )
    yield db
    await db.close()


async def waiting(connection, count):
    return await connection.fetchval(WAITING) == count


async def ask(db, begun=None):
    async with db.transaction() as tx:
        if begun:
            begun.set()
        return await tx.fetchval(SLEEP)


async def test_every_connection_of_a_pool_that_reaches_nowhere_is_replaced(db, proxies):
    await asyncio.gather(*(ask(db) for _ in range(4)))
    proxies.swallow()
    proxies.carry()
    outcomes = await asyncio.gather(*(ask(db) for _ in range(8)), return_exceptions=True)
    lost = [error for error in outcomes if error is not True]
    assert len(lost) >= 4
    assert all(is_transient(error) for error in lost)
    async with asyncio.timeout(20):
        await asyncio.gather(*(ask(db) for _ in range(8)))


async def test_so_is_one_that_was_cut_off_in_the_middle_of_a_transaction(db, proxies):
    begun = asyncio.Event()
    asking = asyncio.create_task(ask(db, begun))
    await begun.wait()
    proxies.swallow()
    proxies.carry()
    async with asyncio.timeout(20):
        (error,) = await asyncio.gather(asking, return_exceptions=True)
    assert is_transient(error)
    assert await asyncio.wait_for(ask(db), 40)


async def test_one_that_waits_for_the_database_can_still_be_cancelled(db, proxies):
    begun = asyncio.Event()
    asking = asyncio.create_task(ask(db, begun))
    await begun.wait()
    proxies.swallow()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 40)


@pytest.fixture
async def direct(db, platform):
    """Makes connections to the same database that no proxy can cut; there is a seat in it."""
    dsn = platform.postgres.dsn(urlsplit(db.dsn).path.removeprefix("/"))
    async with AsyncExitStack() as stack:

        async def connect():
            connection = await asyncpg.connect(dsn)
            stack.push_async_callback(connection.close)
            return connection

        await (await connect()).execute(MAKE_SEAT)
        yield connect


async def test_those_who_were_cut_off_while_they_waited_for_a_row_do_not_take_it_in_turn(
    db, proxies, direct
):
    """Each would hold it for as long as a session may be idle in its transaction."""
    holder, watcher = await direct(), await direct()
    held = holder.transaction()
    await held.start()
    await holder.execute(SEAT)

    async def take():
        async with db.transaction() as tx:
            await tx.fetchval(SEAT)

    asking = [asyncio.create_task(take()) for _ in range(3)]
    await until(lambda: waiting(watcher, 3), what="all wait for the seat")
    proxies.swallow()
    await until(lambda: waiting(watcher, 0), what="nobody waits any more")
    await held.rollback()
    await watcher.execute(f"{SEAT} NOWAIT")
    await asyncio.gather(*asking, return_exceptions=True)


async def test_one_that_was_cut_off_in_the_middle_of_a_statement_gives_its_row_back(
    db, proxies, direct
):
    """It has said what statement, and not with what: to PostgreSQL it is neither idle nor slow."""
    watcher = await direct()
    with pytest.raises(ConnectionResetError):
        async with db.transaction() as tx:
            await tx.fetchval(SEAT)
            await tx._connection.prepare(SLEEP)
            proxies.swallow()
            raise ConnectionResetError

    async def free():
        try:
            await watcher.execute(f"{SEAT} NOWAIT")
        except asyncpg.LockNotAvailableError:
            return False
        return True

    assert not await free()
    await until(free, what="the seat")


async def test_a_transaction_that_lasts_too_long_ends_but_where_it_says_that_it_will(db):
    async def sleeps(*, said):
        async with db.transaction() as tx:
            if said:
                await tx.take_your_time()
            for _ in range(4):
                await tx.execute("SELECT pg_sleep(2)")

    await sleeps(said=True)
    with pytest.raises(ENDED) as ended:
        await sleeps(said=False)
    assert is_transient(ended.value)
