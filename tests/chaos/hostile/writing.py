"""The hostile owner's writer: what it says, as fast as its quota lets it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from chaos.hostile import HOSTILE
from chaos.hostile.drawn import Drawn
from chaos.hostile.floods import Flood, Ordinary
from chaos.hostile.impostures import Impostor
from chaos.hostile.overhearing import SHARED, Overheard, overhear
from chaos.hostile.statements import Record, Statement, Voice
from intercoop_contracts.topics import topic_settings

RECORDS_PER_S: Final = 100.0
BYTES_PER_S: Final = 200_000.0
"""Its quota. Two cores carry so much beside the load; a cluster for a whole country grants more."""

_BURST_S: Final = 0.2
_PAUSE_S: Final = 0.5
_SEND_S: Final = 10.0


class Mood(Protocol):
    """A kind of hostility: what it would say now, if there is anything."""

    def statement(self) -> Statement | None: ...


class Intent(Protocol):
    """What comes next, and of which kind it is, if there is anything to say."""

    def next(self) -> tuple[str, Statement] | None: ...


@dataclass(slots=True)
class Quota:
    """What may be written by now; unused room is kept for a moment only."""

    clock: Callable[[], float]
    records: float = 0.0
    size: float = 0.0
    _at: float | None = field(default=None)

    def take(self, size: int) -> None:
        """Count a record of so many bytes."""
        self.records -= 1
        self.size -= size

    def wait_s(self) -> float:
        """For how long nothing more may be written."""
        now = self.clock()
        passed = 0.0 if self._at is None else now - self._at
        self._at = now
        self.records = min(RECORDS_PER_S * _BURST_S, self.records + passed * RECORDS_PER_S)
        self.size = min(BYTES_PER_S * _BURST_S, self.size + passed * BYTES_PER_S)
        return max(0.0, -self.records / RECORDS_PER_S, -self.size / BYTES_PER_S)


class Hostility:
    """Draws what comes next: others' entities, its own without end, and whatever a schema allows."""

    def __init__(self, heard: Overheard, addressees: tuple[str, ...], chance: Random) -> None:
        self._chance = chance
        self._moods: dict[str, Mood] = {
            "impostures": Impostor(heard, chance),
            "floods": Flood(heard, chance),
            "at-the-bounds": Drawn.at_the_bounds(addressees, chance),
            "beyond-the-bounds": Drawn.beyond_the_bounds(addressees, chance),
        }
        self._often = (30, 40, 15, 15)

    def next(self) -> tuple[str, Statement] | None:
        (name,) = self._chance.choices(list(self._moods), self._often)
        statement = self._moods[name].statement()
        return None if statement is None else (name, statement)


@dataclass(slots=True)
class Written:
    """What was written, by kind of hostility, and in bytes."""

    records: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def count(self, kind: str, record: Record) -> None:
        self.records[kind] += 1
        self.size += record.size


class Writer:
    """Writes at the full quota; what an outage has lost is not said again."""

    def __init__(self, bootstrap: str, intent: Intent, voice: Voice) -> None:
        self.written = Written()
        self._bootstrap = bootstrap
        self._intent = intent
        self._voice = voice
        self._quota = Quota(asyncio.get_running_loop().time)

    async def run(self, stop: asyncio.Event) -> None:
        """Write until `stop`; after an outage with topics and a producer that are made anew."""
        while not stop.is_set():
            try:
                await _make_topics(self._bootstrap)
                await self._session(stop)
            except (KafkaError, OSError):
                await asyncio.sleep(_PAUSE_S)

    async def _session(self, stop: asyncio.Event) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, acks="all", linger_ms=20, request_timeout_ms=10_000
        )
        await producer.start()
        try:
            while not stop.is_set():
                await asyncio.sleep(self._quota.wait_s())
                await self._say_something(producer)
        finally:
            with contextlib.suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(producer.stop(), _SEND_S)

    async def _say_something(self, producer: AIOKafkaProducer) -> None:
        said = self._intent.next()
        if said is None:
            return
        kind, statement = said
        record = self._voice.record(statement)
        self._quota.take(record.size)
        with contextlib.suppress(MessageSizeTooLargeError):
            sent = await producer.send(
                record.topic, record.value, key=record.key, headers=record.headers
            )
            sent.add_done_callback(_forget)
            self.written.count(kind, record)


def _forget(sent: asyncio.Future[object]) -> None:
    """What an outage loses is lost: its error is nobody's concern."""
    if not sent.cancelled():
        sent.exception()


async def _make_topics(bootstrap: str) -> None:
    """As its relay would; those that are there stay."""
    copies = min(3, len(bootstrap.split(",")))
    topics = [
        NewTopic(topic, 1, copies, topic_configs=topic_settings(topic))
        for topic in (stream.topic(HOSTILE) for stream in SHARED)
    ]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(topics)
    finally:
        await admin.close()


async def be_hostile(
    bootstrap: str, network: str, seed: str, addressees: tuple[str, ...], stop: asyncio.Event
) -> Written:
    """Hear everything, and write until `stop`."""
    heard, chance = Overheard(), Random(f"{seed} hostile")
    hostility = Hostility(heard, addressees, chance)
    writer = Writer(bootstrap, hostility, Voice(network, chance))
    hearing = asyncio.create_task(overhear(bootstrap, heard))
    try:
        await writer.run(stop)
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
    return writer.written


async def be_ordinary(bootstrap: str, network: str, seed: str, stop: asyncio.Event) -> Written:
    """Write as much until `stop`, and nothing that others would mind."""
    chance = Random(f"{seed} ordinary")
    writer = Writer(bootstrap, Ordinary(chance), Voice(network, chance, is_honest=True))
    await writer.run(stop)
    return writer.written
