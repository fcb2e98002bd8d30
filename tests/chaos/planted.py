"""Faults of our own, planted in a build on purpose: the checker has to find each of them."""

import asyncio
import inspect
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from intercoop_chassis.consumer import advancing, offsets
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.assignment import Assignment
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.handling import PollHandler
from intercoop_chassis.consumer.phases import Event
from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.relay import leader, leadership
from intercoop_chassis.relay.leadership import Leadership
from intercoop_chassis.relay.rounds import Rounds
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire import sealed
from intercoop_contracts.envelope import Envelope
from intercoop_contracts.streams import Stream
from intercoop_events.meetings.store import meetings

_STALLS: Final = 0.001
"""For how many changes a process stands still, between a claim and sending it: rather for many."""
_STALLED_S: Final = 6.0
"""PostgreSQL waits for five, and lets others claim it."""
_SLOW_WORKER_S: Final = 1.5
"""Between the two halves of what should be one: a window that a kill can hit in a short run."""


def put(owner: Any, name: str, fault: Callable[..., Any]) -> None:
    """Put a fault in the place of what has this name, which has to be there and to fit."""
    takes = inspect.signature(getattr(owner, name)).parameters
    given = inspect.signature(fault).parameters
    takes_any = any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in given.values())
    assert takes_any or len(given) == len(takes), f"{name} takes {', '.join(takes)} now"
    setattr(owner, name, fault)


@asynccontextmanager
async def unfenced(settings: Settings, service: str, *_: object) -> AsyncIterator[AIOKafkaProducer]:
    """A producer like any other: nobody is kept from writing behind it."""
    producer = AIOKafkaProducer(**connection_arguments(settings), acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def relay_without_lock() -> None:
    """Every candidate leads, a zombie is not fenced, and nobody looks who has written the watermarks."""

    async def elected(*_: object) -> bool:
        return True

    async def stored(self: Leadership) -> None:
        session, watermarks = self._session, self._session.rounds.watermarks
        await leadership.write_watermarks(session.identity, watermarks, session.connection)
        watermarks.clear()

    send = Rounds._send

    async def slowly(self: Rounds, messages: Any) -> Any:
        if random.random() < _STALLS * len(messages):
            time.sleep(_STALLED_S)
        return await send(self, messages)

    put(leader, "try_lock", elected)
    put(Leadership, "_store_watermarks", stored)
    put(Rounds, "_send", slowly)
    put(leader, "fenced_producer", unfenced)


def consumer_commits_first() -> None:
    """A poll is acknowledged to the broker before anything is done with it, and ours are unused."""
    apply = PollHandler._apply

    async def acknowledged(self: PollHandler, records: Any) -> bool:
        await self._assignment.consumer.commit()
        await asyncio.sleep(_SLOW_WORKER_S)
        return await apply(self, records)

    async def stay(self: Assignment) -> None:
        identity = await self._cluster.identify()
        async with self._db.read() as tx:
            self.stored = await offsets.read(identity, tx)
        self._enter(Event.SOUGHT)
        self._enter(Event.POLLED)

    put(PollHandler, "_apply", acknowledged)
    put(Assignment, "seek_now", stay)


def offsets_before_effects() -> None:
    """The place in the topics is stored in a transaction of its own, ahead of the effects."""
    apply = Applier.apply

    async def ahead(self: Applier, records: Any, stored: Any, is_assigned: Any) -> bool:
        after = offsets.after(records)
        async with self._db.transaction() as tx:
            await offsets.write(stored, after, tx)
        stored.known.update(after)
        await asyncio.sleep(_SLOW_WORKER_S)
        return await apply(self, records, stored, is_assigned)

    put(Applier, "apply", ahead)


def versions_not_compared() -> None:
    """Whatever comes last counts."""
    compared = "WHERE greatest(replica.applied, replica.parked) < EXCLUDED.applied\n"
    assert compared in advancing.ADVANCE
    advancing.ADVANCE = advancing.ADVANCE.replace(compared, "")


def seat_outside_lock() -> None:
    """Two decisions about a meeting's seats do not wait for each other."""
    for name in ("LOCK_OWN", "LOCK_COPY"):
        locked = getattr(meetings, name)
        assert "FOR UPDATE" in locked
        setattr(meetings, name, locked.replace("FOR UPDATE", ""))


def everything_is(*, news: bool) -> None:
    """However old and however often seen, or however new."""

    def told(_self: Effects, _event: Any, _known: Any) -> bool:
        return news

    put(Effects, "_is_news", told)


def seal_unbound() -> None:
    """A sealed text opens wherever it is put: nothing of its place is authenticated with it."""

    def nowhere(_topic: str, _envelope: Envelope) -> bytes:
        return b""

    put(sealed, "place_of", nowhere)


def ids_unchecked() -> None:
    """Whatever id an event is about, it is its publisher's."""

    def anybodys(*_: object) -> None:
        return None

    put(Stream, "foreign_id", anybodys)


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault of our own, what makes it show, and as what the checker has to find it."""

    plant: Callable[[], None]
    faults: tuple[str, ...]
    found_as: frozenset[str]
    seconds: float = 15.0


PLANTED: Final[Mapping[str, Plant]] = {
    "relay-without-lock": Plant(
        relay_without_lock, ("freeze",), frozenset({"topic_behind", "doubled"}), 45.0
    ),
    "consumer-commits-first": Plant(consumer_commits_first, ("kill",), frozenset({"lost"}), 20.0),
    "offsets-before-effects": Plant(offsets_before_effects, ("kill",), frozenset({"lost"}), 20.0),
    "versions-not-compared": Plant(
        versions_not_compared, ("duplicates",), frozenset({"went_back", "lost", "doubled"})
    ),
    "seat-outside-lock": Plant(
        seat_outside_lock, ("duplicates",), frozenset({"seats_too_many"}), 25.0
    ),
    "history-as-news": Plant(
        partial(everything_is, news=True),
        ("reinstall-follower",),
        frozenset({"history_told"}),
        10.0,
    ),
    "news-as-history": Plant(
        partial(everything_is, news=False), ("kill",), frozenset({"notices_lost"}), 10.0
    ),
    "seal-unbound": Plant(seal_unbound, ("move-sealed",), frozenset({"doubled"}), 10.0),
    "ids-unchecked": Plant(ids_unchecked, ("hostile",), frozenset({"taken_over"}), 10.0),
}
"""By name; each patches the pipeline of the process that calls it."""
