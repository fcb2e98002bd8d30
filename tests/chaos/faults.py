"""Faults, each produced for real and healed; the conductor draws them by seed."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from chaos.intruders import duplicate, poison
from chaos.place import OWNERS, Place
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.serving import Serving

Strike = Callable[[Place, Random], Awaitable[str]]

_END_SESSIONS: Final = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname LIKE $1 AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike` does it, heals it, and says what was done; `seconds` is how long it takes about."""

    name: str
    seconds: float
    strike: Strike
    nodes: int = 1
    """How many nodes of the broker it takes."""


async def kill(place: Place, chance: Random) -> str:
    """Kill -9 of one process, started again after a while."""
    one = chance.choice(place.every_process)
    one.kill()
    await asyncio.sleep(chance.uniform(0, 3))
    one.start()
    return f"{one.name} is killed"


async def freeze(place: Place, chance: Random) -> str:
    """A process stands still, longer than its sessions last, and goes on as if nothing was."""
    one = chance.choice(place.every_process)
    seconds = chance.uniform(3, 9)
    if one.process is None:
        return f"{one.name} does not run"
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        os.kill(one.process.pid, signal.SIGCONT)
    return f"{one.name} stands still for {seconds:.0f} s"


async def rolling_restart(place: Place, chance: Random) -> str:
    """Every process of an instance is stopped cleanly and started, one after the other."""
    owner = chance.choice(OWNERS)
    for one in place.processes[owner]:
        await asyncio.to_thread(one.stop)
        one.start()
        await _until_ready(one, place)
    return f"{owner} is restarted, process by process"


async def database_backend(place: Place, chance: Random) -> str:
    """Every session of an instance's databases ends."""
    owner = chance.choice(OWNERS)
    async with place.stack.postgres.session() as session:
        count = await session.fetchval(_END_SESSIONS, f"{owner}-%")
    return f"{count} database sessions of {owner} end"


async def database_immediate(place: Place, chance: Random) -> str:
    """PostgreSQL goes down as in a power cut."""
    await asyncio.to_thread(place.stack.postgres.stop, "immediate")
    await asyncio.sleep(chance.uniform(0, 3))
    place.stack.postgres.start()
    return "PostgreSQL goes down at once and comes back"


async def broker_kill(place: Place, chance: Random) -> str:
    """Kill -9 of one node: leaders move where there are others."""
    node = chance.choice(place.kafka.nodes)
    node.kill()
    await asyncio.sleep(chance.uniform(0, 4))
    await _start((node,))
    return f"a node of the broker is killed, of {len(place.kafka.nodes)}"


async def leader_move(place: Place, chance: Random) -> str:
    """A node is stopped cleanly, hands its leaderships on, and comes back."""
    node = chance.choice(place.kafka.nodes)
    await asyncio.to_thread(node.stop)
    await asyncio.sleep(chance.uniform(1, 4))
    await _start((node,))
    return "a node of the broker hands its leaderships on"


async def brokers_down(place: Place, chance: Random) -> str:
    """No broker at all for a while."""
    seconds = chance.uniform(4, 8)
    place.kafka.kill()
    await asyncio.sleep(seconds)
    await _start(place.kafka.nodes)
    return f"no broker for {seconds:.0f} s"


async def broker_empty(place: Place, _: Random) -> str:
    """The broker comes back as another cluster, with nothing in it."""
    place.kafka.kill()
    place.kafka.wipe()
    await _start(place.kafka.nodes)
    return "the broker comes back empty"


async def rebalance_storm(place: Place, chance: Random) -> str:
    """A further member joins and leaves, again and again."""
    owner = chance.choice(OWNERS)
    one = place.further(owner, "passing")
    for _ in range(3):
        one.start()
        await _until_ready(one, place)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(one.stop)
    return f"a third process of {owner} joins and leaves three times"


FAULTS: Final = {
    fault.name: fault
    for fault in (
        Fault("kill", 6, kill),
        Fault("freeze", 9, freeze),
        Fault("rolling-restart", 20, rolling_restart),
        Fault("database-backend", 3, database_backend),
        Fault("database-immediate", 8, database_immediate),
        Fault("broker-kill", 12, broker_kill),
        Fault("leader-move", 14, leader_move, nodes=3),
        Fault("brokers-down", 20, brokers_down),
        Fault("broker-empty", 20, broker_empty),
        Fault("rebalance-storm", 25, rebalance_storm),
        Fault("duplicates", 4, duplicate),
        Fault("poison", 4, poison),
    )
}


async def _start(nodes: tuple[LocalKafka, ...]) -> None:
    for node in nodes:
        node.launch()
    for node in nodes:
        await asyncio.to_thread(node.until_ready)


async def _until_ready(one: Serving, place: Place) -> None:
    """Wait until a process has started, for some seconds: another fault may hold it up."""
    for _ in range(100):
        if await place.answers(one):
            return
        await asyncio.sleep(0.1)
