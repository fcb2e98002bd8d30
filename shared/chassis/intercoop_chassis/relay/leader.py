"""The relay's leader: one per database; the others stand by and take over."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError

from intercoop_chassis import telemetry
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.patches.cancellations import not_cancelled
from intercoop_chassis.kafka.reasons import denied_topics, in_words, may_not_write
from intercoop_chassis.postgres import bounded_transaction
from intercoop_chassis.relay.batches import Exit
from intercoop_chassis.relay.fence import LASTS_S, fenced_producer
from intercoop_chassis.relay.keepalive import Connection, kept_awake
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.rounds import HELPING, DeniedError, Rounds, TopicCutError
from intercoop_chassis.relay.session import (
    Fenced,
    guarded_connection,
    mend_topics,
    settle_cluster,
    settle_topics,
    try_lock,
)
from intercoop_chassis.relay.session_errors import (
    MAYBE_TOO_MUCH,
    ClusterChangedError,
    OtherDatabaseError,
    end_of,
)
from intercoop_chassis.relay.watermarks import BEYOND, write_marks
from intercoop_chassis.relay.write_denials import Denials
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a relay works: pointers a round, and times in seconds.

    A round that fails may have been too large for the time there is: the next has half as many,
    and after one that was done in `quick_s` twice as many, up to `round_limit`.

    A small round that took `brisk_s` rests as long, one that took twice as long four times as
    long, up to `longest_rest_s`. The price of a round is paid by the broker and by every follower,
    whatever it carries: a busy machine gets fewer, with more in each.
    """

    round_limit: int = 12_000
    brisk_s: float = 0.010
    longest_rest_s: float = 0.02
    busy_s: float = 0.005
    idle_s: float = 1.0
    cluster_look_s: float = 5.0
    marks_s: float = 2.0
    back_off_s: float = 0.2
    longest_back_off_s: float = 3.0
    quick_s: float = 3.0

    def next_limit(self, limit: int, took_s: float) -> int:
        """How many pointers the next round takes, where one of so many took so long."""
        return min(self.round_limit, limit * 2) if took_s < self.quick_s else limit

    def rest_s(self, took_s: float) -> float:
        """How long to rest after a small round."""
        return min(took_s * took_s / self.brisk_s, self.longest_rest_s)


@dataclass(frozen=True, slots=True)
class Led:
    """A session that leads: its rounds, the connection that holds the lock, the cluster's id.

    `kept` are the marks that it has found or written in its database.
    """

    rounds: Rounds
    connection: Connection
    identity: str
    kept: dict[TopicPartition, int]


class Relay:
    """Carries what a service publishes from its database to the broker."""

    def __init__(
        self,
        settings: Settings,
        service: str,
        messages: Messages,
        health: Health,
        pace: Pace | None = None,
    ) -> None:
        self._settings = settings
        self._service = service
        self._messages = messages
        self._health = health
        self._name = f"{service}.relay"
        self._pace = pace or Pace()
        self._woken = asyncio.Event()
        self._stop = asyncio.Event()
        self._one_by_one: set[str] = set()
        self._denials = Denials()
        self._limit = self._pace.round_limit

    def wake(self) -> None:
        """Something was published by this process: look at once instead of at the next poll."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Lead or stand by until `stop`; outlives every fault of the broker and the database."""
        self._stop = stop
        telemetry.RELAY_LEADER.labels(self._service).set(0)
        stopping = asyncio.create_task(self._wake_at(stop), name=f"{self._name}.stop")
        back_off = self._pace.back_off_s
        while not stop.is_set():
            started = time.monotonic()
            try:
                await not_cancelled(self._session())
            except Exception as error:  # noqa: BLE001  a bug is raised again by _ended
                await self._ended(error)
            if time.monotonic() - started > self._pace.longest_back_off_s:
                back_off = self._pace.back_off_s
            await pause(stop, back_off * random.uniform(0.5, 1.0))  # noqa: S311  jitter
            back_off = min(back_off * 2, self._pace.longest_back_off_s)
        await stopping

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._woken.set()

    async def _session(self) -> None:
        """Lock, topics, cluster, fence, rounds: in this order.

        Were the fence raised before the lock is held, a standby would shut the leader out.
        """
        async with guarded_connection(self._settings, self._name) as connection:
            if not await self._elected(connection):
                return
            reach(Step.RELAY_ELECTED)
            async with self._cluster(connection) as cluster:
                identity = await settle_cluster(cluster, connection)
                async with kept_awake(connection):
                    here = self._messages.topics - self._denials.missing.keys()
                    partitions = await cluster.every_partition(here)
                await mend_topics(self._settings, partitions, identity, connection)
                async with self._way_out(partitions, identity, connection) as way_out:
                    known = Fenced(partitions, way_out.fenced)
                    ends = await settle_topics(
                        self._settings, self._messages, known, identity, connection
                    )
                    log.info("relay_leads", cluster=identity)
                    rounds = Rounds(
                        connection, way_out, self._messages, self._one_by_one, self._denials
                    )
                    rounds.ends.update(ends)
                    led = Led(rounds, connection, identity, ends)
                    await self._lead(led, self._watch(cluster, identity))

    @asynccontextmanager
    async def _cluster(self, connection: Connection) -> AsyncIterator[Cluster]:
        """The broker's operation, with every topic there is to be."""
        async with AsyncExitStack() as stack:
            async with kept_awake(connection):
                cluster = await stack.enter_async_context(Cluster(self._settings))
                self._denials.missing = await cluster.ensure_topics(self._messages.topics)
            yield cluster

    @asynccontextmanager
    async def _way_out(
        self, partitions: Sequence[TopicPartition], identity: str, connection: Connection
    ) -> AsyncIterator[Exit]:
        """A fenced producer for every topic that may be written. Raises `DeniedError`."""
        waiting = frozenset(self._denials.waiting)
        fenced = frozenset(one for one in partitions if one.topic not in waiting)
        async with AsyncExitStack() as stack:
            producing = fenced_producer(self._settings, self._service, fenced, identity)
            try:
                async with kept_awake(connection):
                    producer = await stack.enter_async_context(producing)
            except TopicAuthorizationFailedError as error:
                raise DeniedError(denied_topics(error)) from error
            yield Exit(producer, fenced)

    async def _elected(self, connection: Connection) -> bool:
        while not await try_lock(connection):
            self._health.well(self._name)
            if await pause(self._stop, self._pace.idle_s / 2):
                return False
        return True

    async def _lead(self, led: Led, watch: Coroutine[None, None, None]) -> None:
        leader = telemetry.RELAY_LEADER.labels(self._service)
        looking = asyncio.create_task(watch, name=f"{self._name}.watch")
        try:
            leader.set(1)
            await self._rounds(led, looking)
        finally:
            leader.set(0)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _rounds(self, led: Led, looking: asyncio.Task[None]) -> None:
        wait_s, keep_at, woken = self._pace.busy_s, 0.0, True
        over = time.monotonic() + LASTS_S
        while not self._stop.is_set() and time.monotonic() < over:
            if looking.done():
                looking.result()
            self._woken.clear()
            due, began = self._denials.due, time.monotonic()
            begins = woken or await led.rounds.are_due()
            sent = await self._round(led) if begins else 0
            self._denials.passed(due)
            self._say()
            if sent:
                telemetry.RELAYED.labels(self._service).inc(sent)
                telemetry.RELAY_ROUND.labels(self._service).observe(sent)
                self._limit = self._pace.next_limit(self._limit, time.monotonic() - began)
            if led.rounds.marks and time.monotonic() > keep_at:
                await self._keep_marks(led)
                keep_at = time.monotonic() + self._pace.marks_s
            if 0 < sent < HELPING:
                await pause(self._stop, self._pace.rest_s(time.monotonic() - began))
            woken = bool(sent) or await pause(self._woken, wait_s)
            wait_s = self._pace.busy_s if woken else min(wait_s * 1.5, self._pace.idle_s)

    async def _round(self, led: Led) -> int:
        try:
            return await led.rounds.run(self._limit)
        except TopicCutError as cut:
            again = dict.fromkeys(cut.partitions, BEYOND)
            await write_marks(led.identity, again, led.connection)
            raise

    def _say(self) -> None:
        if problem := self._denials.words:
            self._health.unwell(self._name, problem)
        else:
            self._health.well(self._name)

    async def _watch(self, cluster: Cluster, identity: str) -> None:
        """End when the cluster is another one: what it lost must be published again."""
        while True:
            await asyncio.sleep(self._pace.cluster_look_s)
            if self._denials.missing:
                self._denials.missing = await cluster.ensure_topics(self._denials.missing)
            found = await cluster.identify()
            if found != identity:
                raise ClusterChangedError(f"cluster {identity} is now {found}")

    async def _keep_marks(self, led: Led) -> None:
        """Remember how far the topics were filled. Raises `OtherDatabaseError`."""
        marks = led.rounds.marks
        async with bounded_transaction(led.connection):
            before = await write_marks(led.identity, marks, led.connection)
            if any(led.kept.get(one, 0) != mark for one, mark in before.items()):
                raise OtherDatabaseError("the database was restored in its place")
        led.kept.update(marks)
        marks.clear()

    async def _ended(self, error: Exception) -> None:
        end = end_of(error)
        if end is None:
            raise error
        if end in MAYBE_TOO_MUCH:
            self._limit = max(1, self._limit // 2)
        telemetry.RELAY_SESSIONS.labels(self._service, end).inc()
        if isinstance(error, DeniedError):
            reason = may_not_write(self._settings.owner)
            self._denials.note(dict.fromkeys(error.topics, reason))
        words = self._denials.words if end == "denied" else await self._in_words(end, error)
        self._health.unwell(self._name, words or str(error))
        log.warning("relay_session_ended", end=end, reason=words, error=repr(error))

    async def _in_words(self, end: str, error: Exception) -> str:
        match end:
            case "broker":
                return f"{await in_words(self._settings, error)}; changes wait in the outbox"
            case "timeout":
                return (
                    "the broker or the database did not answer in time; changes wait in the outbox"
                )
            case "not_fenced":
                return f"{error} is written to for the first time: the relay begins again"
            case "database":
                return f"the database cannot be used ({type(error).__name__})"
            case _:
                return str(error)
