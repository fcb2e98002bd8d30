"""Faults of the network between one instance and everything: slow, cut, silent."""

import asyncio
from random import Random

from chaos.testbed import WIRED, Testbed


async def latency(testbed: Testbed, chance: Random) -> str:
    """Everything takes longer, both ways."""
    delay_s, seconds = chance.uniform(0.05, 0.4), chance.uniform(5, 9)
    testbed.proxies.delay(delay_s)
    await asyncio.sleep(seconds)
    testbed.proxies.delay(0)
    return f"{WIRED} is {delay_s * 1000:.0f} ms away from everything for {seconds:.0f} s"


async def resets(testbed: Testbed, chance: Random) -> str:
    """Connections are reset, all of them, again and again."""
    times = chance.randint(5, 12)
    for _ in range(times):
        testbed.proxies.reset()
        await asyncio.sleep(chance.uniform(0.2, 1.0))
    return f"every connection of {WIRED} is reset, {times} times"


async def half_open(testbed: Testbed, chance: Random) -> str:
    """What is open stays open and carries nothing, for ever; new connections wait for a while."""
    seconds = chance.uniform(6, 12)
    testbed.proxies.swallow()
    await asyncio.sleep(seconds)
    testbed.proxies.carry()
    return f"nothing reaches {WIRED} for {seconds:.0f} s, and no connection says so"
