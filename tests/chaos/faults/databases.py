"""Faults of databases: sessions that end, a power cut, a full disk, a backup restored."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import Final

import asyncpg

from chaos.testbed import Testbed
from intercoop_contracts.directory import ORGANISATIONS
from testkit.backups import back_up, restore
from testkit.nodes import until

UntilLost = Callable[[str], Awaitable[None]]
"""Waits until what came after a backup, named here, is known elsewhere."""

_END_SESSIONS: Final = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname LIKE $1 AND pid <> pg_backend_pid()
"""
PUBLISHED: Final = """
SELECT sum(version)::bigint FROM published WHERE topic LIKE 'shared.%.organisations.v1'
"""
KNOWN: Final = "SELECT sum(applied)::bigint FROM replica WHERE topic = $1"
_LEFT_WITHIN_S: Final = 30.0
_RECONCILED_WITHIN_S: Final = 120.0


async def end_sessions(testbed: Testbed, chance: Random) -> str:
    """Every session of an instance's databases ends."""
    owner = chance.choice(testbed.commanding)
    async with testbed.stack.postgres.session() as session:
        count = await session.fetchval(_END_SESSIONS, f"{owner}-%")
    return f"{count} database sessions of {owner} end"


async def immediate_stop(testbed: Testbed, chance: Random) -> str:
    """PostgreSQL goes down as in a power cut."""
    await asyncio.to_thread(testbed.stack.postgres.stop, "immediate")
    await asyncio.sleep(chance.uniform(0, 3))
    testbed.stack.postgres.start()
    return "PostgreSQL goes down at once and comes back"


async def full_disk(testbed: Testbed, chance: Random) -> str:
    """PostgreSQL's disk is full for a while; where that ends it, it is started again."""
    seconds = chance.uniform(4, 8)
    with testbed.disk.full():
        await asyncio.sleep(seconds)
    await asyncio.sleep(0.5)
    went_down = not testbed.stack.postgres.running
    if went_down:
        testbed.stack.postgres.start()
    after = ", which ends it" if went_down else ""
    return f"PostgreSQL's disk is full for {seconds:.0f} s{after}"


async def restore_follower(testbed: Testbed, chance: Random) -> str:
    """The database of a service that only follows goes back by some seconds."""
    owner = chance.choice(testbed.commanding)
    testbed.told_again.add(owner)
    return await _go_back(testbed, f"{owner}-notifications", chance)


async def reinstall_follower(testbed: Testbed, chance: Random) -> str:
    """The database of a service that only follows is lost, and made anew: all is history to it."""
    owner = chance.choice(testbed.commanding)
    database = f"{owner}-notifications"
    if owner in testbed.ahead:
        testbed.told_again.add(owner)
    async with testbed.stack.postgres.session() as session:
        await session.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        await session.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
    await asyncio.sleep(chance.uniform(0, 2))
    await testbed.prepare(owner)
    return f"{database} is lost, and begins anew"


async def restore_owner(testbed: Testbed, chance: Random) -> str:
    """A directory's database goes back by some seconds; its operator reconciles it."""
    owner = chance.choice(testbed.commanding)
    what = await _go_back(
        testbed, f"{owner}-directory", chance, partial(_until_others_know_more, testbed, owner)
    )
    testbed.forgive(owner)
    give_up = time.monotonic() + _RECONCILED_WITHIN_S
    done = False
    while not done:
        done, said = await testbed.reconcile(owner, "directory")
        if not done and time.monotonic() > give_up:
            raise TimeoutError(f"{what}; it cannot be reconciled: {said}")
    return f"{what}; {said}"


async def _until_others_know_more(testbed: Testbed, owner: str, copy: str) -> None:
    """Wait until something has left since the backup: else nothing is lost with what came after."""
    async with testbed.stack.postgres.session(copy) as session:
        backed_up = await session.fetchval(PUBLISHED) or 0
    topic = ORGANISATIONS.topic(owner)
    other = next(one for one in testbed.commanding if one != owner)
    async with testbed.stack.postgres.session(f"{other}-directory") as session:

        async def known_more() -> bool:
            return (await session.fetchval(KNOWN, topic) or 0) > backed_up

        await until(known_more, within_s=_LEFT_WITHIN_S, what=f"a change of {owner} elsewhere")


async def _go_back(
    testbed: Testbed, database: str, chance: Random, until_lost: UntilLost | None = None
) -> str:
    """Go back by some seconds, and by more until something was lost by that."""
    copy = await back_up(testbed.stack.postgres, database)
    began = time.monotonic()
    await asyncio.sleep(chance.uniform(3, 6))
    if until_lost:
        await until_lost(copy)
    seconds = time.monotonic() - began
    await restore(testbed.stack.postgres, database, copy)
    async with testbed.stack.postgres.session() as session:
        with contextlib.suppress(asyncpg.PostgresError):
            await session.execute(f'DROP DATABASE "{copy}"')
    return f"{database} is restored as it was {seconds:.0f} s before"
