"""Faults of databases: sessions that end, a power cut, a full disk, a backup restored."""

import asyncio
import contextlib
from random import Random
from typing import Final

import asyncpg

from chaos.place import OWNERS, Place
from testkit.backups import back_up, restore

_END_SESSIONS: Final = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname LIKE $1 AND pid <> pg_backend_pid()
"""
_TRIES: Final = 60


async def end_sessions(place: Place, chance: Random) -> str:
    """Every session of an instance's databases ends."""
    owner = chance.choice(OWNERS)
    async with place.stack.postgres.session() as session:
        count = await session.fetchval(_END_SESSIONS, f"{owner}-%")
    return f"{count} database sessions of {owner} end"


async def immediate_stop(place: Place, chance: Random) -> str:
    """PostgreSQL goes down as in a power cut."""
    await asyncio.to_thread(place.stack.postgres.stop, "immediate")
    await asyncio.sleep(chance.uniform(0, 3))
    place.stack.postgres.start()
    return "PostgreSQL goes down at once and comes back"


async def full_disk(place: Place, chance: Random) -> str:
    """PostgreSQL's disk is full for a while; where that ends it, it is started again."""
    seconds = chance.uniform(4, 8)
    with place.disk.full():
        await asyncio.sleep(seconds)
    await asyncio.sleep(0.5)
    went_down = not place.stack.postgres.running
    if went_down:
        place.stack.postgres.start()
    after = ", which ends it" if went_down else ""
    return f"PostgreSQL's disk is full for {seconds:.0f} s{after}"


async def restore_follower(place: Place, chance: Random) -> str:
    """The database of a service that only follows goes back by some seconds."""
    owner = chance.choice(OWNERS)
    return await _go_back(place, f"{owner}-notifications", chance)


async def reinstall_follower(place: Place, chance: Random) -> str:
    """The database of a service that only follows is lost, and made anew: all is history to it."""
    owner = chance.choice(OWNERS)
    database = f"{owner}-notifications"
    async with place.stack.postgres.session() as session:
        await session.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        await session.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
    await asyncio.sleep(chance.uniform(0, 2))
    await place.prepare(owner)
    return f"{database} is lost, and begins anew"


async def restore_owner(place: Place, chance: Random) -> str:
    """A directory's database goes back by some seconds; its operator reconciles it."""
    owner = chance.choice(OWNERS)
    what = await _go_back(place, f"{owner}-directory", chance)
    place.forgive(owner)
    for _ in range(_TRIES):
        if said := await place.reconcile(owner, "directory"):
            return f"{what}; {said}"
        await asyncio.sleep(0.2)
    return f"{what}; it could not be reconciled"


async def _go_back(place: Place, database: str, chance: Random) -> str:
    copy = await back_up(place.stack.postgres, database)
    seconds = chance.uniform(3, 6)
    await asyncio.sleep(seconds)
    await restore(place.stack.postgres, database, copy)
    async with place.stack.postgres.session() as session:
        with contextlib.suppress(asyncpg.PostgresError):
            await session.execute(f'DROP DATABASE "{copy}"')
    return f"{database} is restored as it was {seconds:.0f} s before"
