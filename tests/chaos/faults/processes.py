"""Faults of processes: killed, frozen, restarted, too many, late, with a wrong clock."""

import asyncio
import os
import signal
from random import Random
from typing import Final

from chaos.place import LATE, Place
from intercoop_local.serving import Serving

_HOUR_S: Final = 3600


async def kill(place: Place, chance: Random) -> str:
    """Kill -9 of one process, started again after a while."""
    one = chance.choice(place.every_process)
    with place.supervisor.leaves(one):
        one.kill()
        await asyncio.sleep(chance.uniform(0, 3))
        one.start()
    return f"{one.name} is killed"


async def freeze(place: Place, chance: Random) -> str:
    """A process stands still, longer than its sessions last, and goes on as if nothing was."""
    one = chance.choice(place.every_process)
    seconds = chance.uniform(3, 9)
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        os.kill(one.process.pid, signal.SIGCONT)
    return f"{one.name} stands still for {seconds:.0f} s"


async def rolling_restart(place: Place, chance: Random) -> str:
    """Every process of an instance is stopped cleanly and started, one after the other."""
    owner = chance.choice(place.commanding)
    for one in place.processes[owner]:
        await _restart(one, place)
        await _until_ready(one, place)
    return f"{owner} is restarted, process by process"


async def rebalance_storm(place: Place, chance: Random) -> str:
    """A further member joins and leaves, again and again."""
    owner = chance.choice(place.commanding)
    one = place.further(owner, "passing")
    for _ in range(3):
        one.start()
        await _until_ready(one, place)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(one.stop)
    return f"a third process of {owner} joins and leaves three times"


async def wrong_clock(place: Place, chance: Random) -> str:
    """An instance's clock is off by an hour for a while."""
    owner = chance.choice(place.commanding)
    off_s = chance.choice((-_HOUR_S, _HOUR_S))
    if off_s > 0:
        place.ahead.add(owner)
    for seconds in (off_s, 0):
        for one in place.processes[owner]:
            one.environment = {**one.environment, "CHAOS_CLOCK": str(seconds)}
            await _restart(one, place)
        for one in place.processes[owner]:
            await _until_ready(one, place)
        await asyncio.sleep(5 if seconds else 0)
    return f"the clock of {owner} is off by {off_s:+} s"


async def late_join(place: Place, _: Random) -> str:
    """Somebody new joins and reads the whole network; later ones join only once."""
    for owner in LATE:
        if owner not in place.processes:
            await place.join(owner)
            return f"{owner} joins"
    return "everybody has joined"


async def _restart(one: Serving, place: Place) -> None:
    with place.supervisor.leaves(one):
        await asyncio.to_thread(one.stop)
        one.start()


async def _until_ready(one: Serving, place: Place) -> None:
    """Wait until a process has started, for some seconds: another fault may hold it up."""
    for _ in range(100):
        if await place.answers(one):
            return
        await asyncio.sleep(0.1)
