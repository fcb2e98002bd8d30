"""Faults of the broker: nodes killed, moved, all down, empty."""

import asyncio
from random import Random
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chaos.testbed import Testbed
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.topics import topic_settings
from intercoop_local.platform.kafka import LocalKafka

_TOPICS_AT_ONCE: Final = 0.5
"""How often they are there before anybody looks who the broker is."""


async def kill(testbed: Testbed, chance: Random) -> str:
    """Kill -9 of one node: leaders move where there are others."""
    node = chance.choice(testbed.kafka.nodes)
    node.kill()
    await asyncio.sleep(chance.uniform(0, 4))
    await _start((node,))
    return f"a node of the broker is killed, of {len(testbed.kafka.nodes)}"


async def leader_move(testbed: Testbed, chance: Random) -> str:
    """A node is stopped cleanly, hands its leaderships on, and comes back."""
    node = chance.choice(testbed.kafka.nodes)
    await asyncio.to_thread(node.stop)
    await asyncio.sleep(chance.uniform(1, 4))
    await _start((node,))
    return "a node of the broker hands its leaderships on"


async def all_down(testbed: Testbed, chance: Random) -> str:
    """No broker at all for a while."""
    seconds = chance.uniform(4, 8)
    testbed.kafka.kill()
    await asyncio.sleep(seconds)
    await _start(testbed.kafka.nodes)
    return f"no broker for {seconds:.0f} s"


async def empty(testbed: Testbed, chance: Random) -> str:
    """The broker comes back as another cluster, with nothing in it, or with empty topics."""
    testbed.kafka.kill()
    testbed.kafka.wipe()
    await _start(testbed.kafka.nodes)
    if chance.random() < _TOPICS_AT_ONCE:
        await _make_topics(testbed)
        return "the broker comes back empty, and its operator makes the topics"
    return "the broker comes back empty"


async def _make_topics(testbed: Testbed) -> None:
    copies = min(3, len(testbed.kafka.nodes))
    topics = [
        NewTopic(topic, 1, copies, topic_configs=topic_settings(topic))
        for stream in STREAMS
        for topic in map(stream.topic, testbed.owners)
    ]
    admin = AIOKafkaAdminClient(bootstrap_servers=testbed.kafka.bootstrap)
    await admin.start()
    try:
        await admin.create_topics(topics)
    finally:
        await admin.close()


async def _start(nodes: tuple[LocalKafka, ...]) -> None:
    for node in nodes:
        node.launch()
    for node in nodes:
        await asyncio.to_thread(node.until_ready)
