"""Faults of the broker: nodes killed, moved, all down, empty."""

import asyncio
from random import Random

from chaos.place import Place
from intercoop_local.platform.kafka import LocalKafka


async def kill(place: Place, chance: Random) -> str:
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


async def all_down(place: Place, chance: Random) -> str:
    """No broker at all for a while."""
    seconds = chance.uniform(4, 8)
    place.kafka.kill()
    await asyncio.sleep(seconds)
    await _start(place.kafka.nodes)
    return f"no broker for {seconds:.0f} s"


async def empty(place: Place, _: Random) -> str:
    """The broker comes back as another cluster, with nothing in it."""
    place.kafka.kill()
    place.kafka.wipe()
    await _start(place.kafka.nodes)
    return "the broker comes back empty"


async def _start(nodes: tuple[LocalKafka, ...]) -> None:
    for node in nodes:
        node.launch()
    for node in nodes:
        await asyncio.to_thread(node.until_ready)
