"""Announcements: a relay that has made topics says so, and workers look at once, not in seconds.

Nothing depends on them: workers look for new topics every few seconds by themselves. An
announcement says nothing but that it is worth while to look now, so that nobody has to be trusted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import close_within, not_cancelled
from intercoop_chassis.kafka.patches.new_topics import Topics, Waiting
from intercoop_chassis.settings import Settings

TOPIC: Final = "intercoop.announcements"
"""Nobody's: on a cluster where owners make no topics it is not there, and not needed."""

_SAY_S: Final = 5.0
_STOP_S: Final = 1.0
_HELD_MS: Final = 20_000
_ANSWER_MS: Final = 30_000
_AGAIN_S: Final = 5.0
_MISSING_S: Final = 60.0
_SHORTEST_GAP_S: Final = 0.25
_LONGEST_GAP_S: Final = 5.0
_HEARSAY_S: Final = 0.5
"""A broker may hear of a topic later than the one that the relay has asked."""

Listener = Callable[[Topics], Awaitable[bool]]
"""Is shown all topics; returns whether there were any that it did not know."""

log = structlog.get_logger()


async def announce(settings: Settings, service: str, cluster: Cluster) -> None:
    """Say that topics were made. What hinders it delays others' look, and nothing else."""
    try:
        async with asyncio.timeout(_SAY_S):
            if not await cluster.ensure_topics([TOPIC]):
                await _say(settings, service)
    except (KafkaError, OSError, TimeoutError) as error:
        log.info("topics_not_announced", error=repr(error))


async def _say(settings: Settings, service: str) -> None:
    producer = AIOKafkaProducer(**connection_arguments(settings), request_timeout_ms=5_000)
    try:
        await producer.start()
        name = f"{settings.owner}.{service}".encode()
        await producer.send_and_wait(TOPIC, b"", key=name, partition=0)
    finally:
        await close_within(_STOP_S, producer.stop())


class Announcements:
    """Hears announcements for all workers of a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listeners: list[Listener] = []

    @property
    def are_awaited(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def on_announced(self, listener: Listener) -> None:
        """Call this with what topics there are, whenever it is worth while to look."""
        self._listeners.append(listener)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`; outlives every fault of the broker."""
        listening = asyncio.create_task(self._listen_again(), name="announcements")
        stopping = asyncio.create_task(stop.wait(), name="announcements.stop")
        try:
            await asyncio.wait({listening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            for task in (listening, stopping):
                task.cancel()
            await asyncio.wait({listening, stopping}, timeout=_STOP_S)

    async def _listen_again(self) -> None:
        """One session after another, without end."""
        while True:
            try:
                await not_cancelled(self._listen())
            except (KafkaError, OSError, TimeoutError) as error:
                log.debug("announcements_not_heard", error=repr(error))
                await asyncio.sleep(_AGAIN_S)

    async def _listen(self) -> None:
        async with Cluster(self._settings) as cluster:
            missing = await cluster.ensure_topics([TOPIC])
            there = not missing and await cluster.every_partition([TOPIC])
        if not there:
            await asyncio.sleep(_MISSING_S)
            return
        arguments = connection_arguments(self._settings) | {"request_timeout_ms": _ANSWER_MS}
        async with Waiting.open(arguments, TopicPartition(TOPIC, 0)) as waiting:
            await self._follow(waiting)

    async def _follow(self, waiting: Waiting) -> None:
        """Look when something was said; the more seldom, the more is said without a pause.

        What was said before is nothing new: a worker that begins looks by itself.
        """
        offset = await waiting.end_behind(0, 0)
        gap_s, looked_at = _SHORTEST_GAP_S, float("-inf")
        while True:
            end = await waiting.end_behind(offset, _HELD_MS)
            if end == offset:
                continue
            offset = end
            is_quiet = time.monotonic() - looked_at > 2 * _LONGEST_GAP_S
            gap_s = _SHORTEST_GAP_S if is_quiet else min(gap_s * 2, _LONGEST_GAP_S)
            looked_at = time.monotonic()
            if not await self._look(waiting):
                await asyncio.sleep(_HEARSAY_S)
                await self._look(waiting)
            await asyncio.sleep(gap_s)

    async def _look(self, waiting: Waiting) -> bool:
        """Show everybody what there is; returns whether anybody did not know all."""
        topics = await waiting.topics()
        found = [await listener(topics) for listener in self._listeners]
        return any(found)
