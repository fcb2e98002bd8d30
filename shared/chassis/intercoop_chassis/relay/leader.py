"""The relay: it stands for election, and begins session after session for as long as it runs."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError

from intercoop_chassis import telemetry
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.announcements import announce
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.patches.cancellations import not_cancelled
from intercoop_chassis.kafka.patches.denied_topics import denied_topics
from intercoop_chassis.kafka.reasons import may_not_write
from intercoop_chassis.postgres import Connection
from intercoop_chassis.relay.batches import NotFencedError
from intercoop_chassis.relay.delivery_errors import DeniedError
from intercoop_chassis.relay.election import guarded_connection, try_lock
from intercoop_chassis.relay.fence import Fenced, fenced_producer
from intercoop_chassis.relay.keepalive import kept_alive
from intercoop_chassis.relay.leadership import Leadership, RelayState, Session
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.rounds import Rounds
from intercoop_chassis.relay.session import (
    OwnPartitions,
    compare_topics,
    refill_cut_topics,
    settle_cluster,
)
from intercoop_chassis.relay.session_errors import MAYBE_TOO_MUCH, explain, kind_of
from intercoop_chassis.relay.tuning import RelayTuning
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

log = structlog.get_logger()


class Relay:
    """Carries what a service publishes from its database to the broker."""

    def __init__(
        self,
        settings: Settings,
        service: str,
        messages: Messages,
        health: Health,
        tuning: RelayTuning | None = None,
    ) -> None:
        self._settings = settings
        self._service = service
        self._messages = messages
        self._health = health
        self._name = f"{service}.relay"
        self._tuning = tuning or RelayTuning()
        self._state = RelayState(self._tuning.round_limit)
        self._stop = asyncio.Event()

    def wake(self) -> None:
        """Something was published by this process: look at once instead of at the next poll."""
        self._state.woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Lead or stand by until `stop`; outlives every fault of the broker and the database."""
        self._stop = stop
        telemetry.RELAY_LEADER.labels(self._service).set(0)
        stopping = asyncio.create_task(self._wake_at(stop), name=f"{self._name}.stop")
        tuning = self._tuning
        back_off = tuning.back_off_s
        while not stop.is_set():
            started = time.monotonic()
            try:
                await not_cancelled(self._session())
            except Exception as error:  # noqa: BLE001  a bug is raised again by _ended
                await self._ended(error)
            if time.monotonic() - started > tuning.longest_back_off_s:
                back_off = tuning.back_off_s
            await pause(stop, back_off * random.uniform(0.5, 1.0))  # noqa: S311  jitter
            back_off = min(back_off * 2, tuning.longest_back_off_s)
        await stopping

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake()

    async def _session(self) -> None:
        """Lock, cluster and topics, fence, comparison, rounds: in this order.

        Were the fence raised before the lock is held, a standby would shut the leader out. Where a
        partition is there that is not in the fence, the lock is kept and all behind it begins anew.
        """
        async with guarded_connection(self._settings, self._name) as connection:
            if not await self._elected(connection):
                return
            reach(Step.RELAY_ELECTED)
            async with self._cluster(connection) as cluster:
                identity = await settle_cluster(cluster, connection)
                found: TopicPartition | None = None
                while True:
                    try:
                        await self._behind_fence(cluster, identity, connection, found)
                        break
                    except NotFencedError as error:
                        if error.partition == found:
                            raise
                        found = error.partition
                        log.info("relay_fences_again", topic=found.topic)

    async def _behind_fence(
        self,
        cluster: Cluster,
        identity: str,
        connection: Connection,
        found: TopicPartition | None,
    ) -> None:
        """Fence, compare and lead. Raises `NotFencedError`, for `found` where that is not there."""
        partitions = await self._partitions(cluster, connection)
        if found and found not in partitions:
            raise NotFencedError(found)
        await self._announce(cluster, connection, is_new=bool(found))
        await refill_cut_topics(self._settings, partitions, identity, connection)
        async with self._fence(partitions, identity, connection) as fenced:
            own = OwnPartitions(partitions, fenced.partitions)
            end_offsets = await compare_topics(
                self._settings, self._messages, own, identity, connection
            )
            log.info("relay_leads", cluster=identity)
            rounds = self._rounds(connection, fenced)
            rounds.end_offsets.update(end_offsets)
            session = Session(rounds, connection, identity, end_offsets)
            await self._leadership(session).lead(cluster, self._stop)

    async def _announce(self, cluster: Cluster, connection: Connection, *, is_new: bool) -> None:
        """Say that topics were made, before the first change is sent."""
        if cluster.created or is_new:
            async with kept_alive(connection):
                await announce(self._settings, self._service, cluster)
            cluster.created.clear()

    async def _elected(self, connection: Connection) -> bool:
        while not await try_lock(connection):
            self._health.well(self._name)
            if await pause(self._stop, self._tuning.idle_s / 2):
                return False
        return True

    @asynccontextmanager
    async def _cluster(self, connection: Connection) -> AsyncIterator[Cluster]:
        """The broker's operation, with every topic there is to be."""
        async with AsyncExitStack() as stack:
            async with kept_alive(connection):
                cluster = await stack.enter_async_context(Cluster(self._settings))
                missing = await cluster.ensure_topics(self._messages.topics)
                self._state.denials.missing = missing
            yield cluster

    async def _partitions(
        self, cluster: Cluster, connection: Connection
    ) -> Sequence[TopicPartition]:
        """Every partition of those of its topics that are there."""
        there = self._messages.topics - self._state.denials.missing.keys()
        async with kept_alive(connection):
            return await cluster.every_partition(there)

    @asynccontextmanager
    async def _fence(
        self, partitions: Sequence[TopicPartition], identity: str, connection: Connection
    ) -> AsyncIterator[Fenced]:
        """A fenced producer for every topic that may be written. Raises `DeniedError`."""
        waiting = frozenset(self._state.denials.waiting)
        writable = frozenset(each for each in partitions if each.topic not in waiting)
        async with AsyncExitStack() as stack:
            producing = fenced_producer(self._settings, self._service, writable, identity)
            try:
                async with kept_alive(connection):
                    producer = await stack.enter_async_context(producing)
            except TopicAuthorizationFailedError as error:
                raise DeniedError(denied_topics(error)) from error
            try:
                yield Fenced(producer, writable)
            finally:
                async with kept_alive(connection):
                    await stack.aclose()

    def _rounds(self, connection: Connection, fenced: Fenced) -> Rounds:
        state = self._state
        return Rounds(connection, fenced, self._messages, state.one_by_one, state.denials)

    def _leadership(self, session: Session) -> Leadership:
        return Leadership(self._service, session, self._state, self._tuning, self._health)

    async def _ended(self, error: Exception) -> None:
        """Say how a session ended, and learn from it. Raises what is a bug."""
        kind, state = kind_of(error), self._state
        if kind is None:
            raise error
        if kind in MAYBE_TOO_MUCH:
            state.limit = max(1, state.limit // 2)
        telemetry.RELAY_SESSIONS.labels(self._service, kind).inc()
        if isinstance(error, DeniedError):
            reason = may_not_write(self._settings.owner)
            state.denials.note(dict.fromkeys(error.topics, reason))
        denied = state.denials.words if kind == "denied" else None
        words = denied or await explain(kind, error, self._settings)
        self._health.unwell(self._name, words)
        log.warning("relay_session_ended", end=kind, reason=words, error=repr(error))
