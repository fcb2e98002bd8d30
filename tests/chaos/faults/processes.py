"""Faults of processes: killed, frozen, restarted, too many, late, with a wrong clock."""

import asyncio
import os
import signal
from random import Random
from typing import Final

from chaos.testbed import LATE, Testbed
from intercoop_local.serving import Serving

_HOUR_S: Final = 3600


async def kill(testbed: Testbed, chance: Random) -> str:
    """Kill -9 of one process, started again after a while."""
    one = chance.choice(testbed.every_process)
    with testbed.supervisor.leaves(one):
        one.kill()
        await asyncio.sleep(chance.uniform(0, 3))
        one.start()
    return f"{one.name} is killed"


async def freeze(testbed: Testbed, chance: Random) -> str:
    """A process stands still, longer than its sessions last, and goes on as if nothing was."""
    one = chance.choice(testbed.every_process)
    seconds = chance.uniform(3, 9)
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        os.kill(one.process.pid, signal.SIGCONT)
    return f"{one.name} stands still for {seconds:.0f} s"


async def rolling_restart(testbed: Testbed, chance: Random) -> str:
    """Every process of an instance is stopped cleanly and started, one after the other."""
    owner = chance.choice(testbed.commanding)
    for one in testbed.processes[owner]:
        await _restart(one, testbed)
        await _until_ready(one, testbed)
    return f"{owner} is restarted, process by process"


async def rebalance_storm(testbed: Testbed, chance: Random) -> str:
    """A further member joins and leaves, again and again."""
    owner = chance.choice(testbed.commanding)
    one = testbed.further(owner, "passing")
    for _ in range(3):
        one.start()
        await _until_ready(one, testbed)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(one.stop)
    return f"a third process of {owner} joins and leaves three times"


async def wrong_clock(testbed: Testbed, chance: Random) -> str:
    """An instance's clock is off by an hour for a while."""
    owner = chance.choice(testbed.commanding)
    off_s = chance.choice((-_HOUR_S, _HOUR_S))
    if off_s > 0:
        testbed.ahead.add(owner)
    for seconds in (off_s, 0):
        for one in testbed.processes[owner]:
            one.environment = {**one.environment, "CHAOS_CLOCK": str(seconds)}
            await _restart(one, testbed)
        for one in testbed.processes[owner]:
            await _until_ready(one, testbed)
        await asyncio.sleep(5 if seconds else 0)
    return f"the clock of {owner} is off by {off_s:+} s"


async def late_join(testbed: Testbed, _: Random) -> str:
    """Somebody new joins and reads the whole network; later ones join only once."""
    for owner in LATE:
        if owner not in testbed.processes:
            await testbed.join(owner)
            return f"{owner} joins"
    return "everybody has joined"


async def _restart(one: Serving, testbed: Testbed) -> None:
    with testbed.supervisor.leaves(one):
        await asyncio.to_thread(one.stop)
        one.start()


async def _until_ready(one: Serving, testbed: Testbed) -> None:
    """Wait until a process has started, for some seconds: another fault may hold it up."""
    for _ in range(100):
        if await testbed.answers(one):
            return
        await asyncio.sleep(0.1)
