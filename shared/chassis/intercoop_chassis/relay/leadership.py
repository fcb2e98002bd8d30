"""Leading: round after round, as fast as the load allows, until the session has to end."""

import asyncio
import time
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from intercoop_chassis import telemetry
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import Connection, bounded_transaction
from intercoop_chassis.relay.batches import NotFencedError
from intercoop_chassis.relay.delivery_errors import TopicCutError
from intercoop_chassis.relay.fence import LASTS_S
from intercoop_chassis.relay.rounds import CLAIM_AT_ONCE, Rounds
from intercoop_chassis.relay.session_errors import ClusterChangedError, OtherDatabaseError
from intercoop_chassis.relay.tuning import RelayTuning
from intercoop_chassis.relay.watermarks import REFILL, write_watermarks
from intercoop_chassis.relay.write_denials import WriteDenials
from intercoop_chassis.waiting import pause


@dataclass(slots=True)
class RelayState:
    """What outlives a relay's sessions: topics that wait, those sent one by one, the round's size.

    `woken` is set when this process has published something.
    """

    limit: int
    denials: WriteDenials = field(default_factory=WriteDenials)
    one_by_one: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that leads: its rounds, the connection that holds the lock, the cluster's id.

    `stored` are the watermarks that it has found or written in its database.
    """

    rounds: Rounds
    connection: Connection
    identity: str
    stored: dict[TopicPartition, int]


class Leadership:
    """One session's time as the leader."""

    def __init__(
        self, service: str, session: Session, state: RelayState, tuning: RelayTuning, health: Health
    ) -> None:
        self._service = service
        self._name = f"{service}.relay"
        self._session = session
        self._state = state
        self._tuning = tuning
        self._health = health

    async def lead(self, cluster: Cluster, stop: asyncio.Event) -> None:
        """Send until `stop`, or for as long as the fence lasts. Raises what ends the session."""
        leader = telemetry.RELAY_LEADER.labels(self._service)
        watching = asyncio.create_task(self._watch(cluster), name=f"{self._name}.watch")
        try:
            leader.set(1)
            await self._rounds(watching, stop)
        finally:
            leader.set(0)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _rounds(self, watching: asyncio.Task[None], stop: asyncio.Event) -> None:
        tuning, state = self._tuning, self._state
        wait_s, store_at, woken = tuning.busy_s, 0.0, True
        over = time.monotonic() + LASTS_S
        while not stop.is_set() and time.monotonic() < over:
            if watching.done():
                watching.result()
            state.woken.clear()
            began = time.monotonic()
            sent = await self._round(look_first=not woken)
            if self._session.rounds.watermarks and time.monotonic() > store_at:
                await self._store_watermarks()
                store_at = time.monotonic() + tuning.watermarks_s
            if 0 < sent < CLAIM_AT_ONCE:
                await pause(stop, tuning.rest_s(time.monotonic() - began))
            woken = bool(sent) or await pause(state.woken, wait_s)
            wait_s = tuning.busy_s if woken else min(wait_s * 1.5, tuning.idle_s)

    async def _round(self, *, look_first: bool) -> int:
        """Send what is due, and note how that went; returns how many state events were sent."""
        state, began = self._state, time.monotonic()
        tried_again = state.denials.due
        begins = not look_first or await self._session.rounds.are_due()
        sent = await self._send() if begins else 0
        state.denials.passed(tried_again)
        self._report_denials()
        if sent:
            telemetry.RELAYED.labels(self._service).inc(sent)
            telemetry.RELAY_ROUND.labels(self._service).observe(sent)
            state.limit = self._tuning.next_limit(state.limit, time.monotonic() - began)
        return sent

    async def _send(self) -> int:
        session = self._session
        try:
            return await session.rounds.run(self._state.limit)
        except TopicCutError as cut:
            refilled = dict.fromkeys(cut.partitions, REFILL)
            await write_watermarks(session.identity, refilled, session.connection)
            raise

    def _report_denials(self) -> None:
        if problem := self._state.denials.words:
            self._health.unwell(self._name, problem)
        else:
            self._health.well(self._name)

    async def _watch(self, cluster: Cluster) -> None:
        """End when the cluster is another one: what it lost must be published again.

        Ends for a topic that was missing and is there, too: it has to be in the fence.
        """
        identity = self._session.identity
        while True:
            await asyncio.sleep(self._tuning.cluster_look_s)
            await self._look_for_topics(cluster)
            found = await cluster.identify()
            if found != identity:
                raise ClusterChangedError(f"cluster {identity} is now {found}")

    async def _look_for_topics(self, cluster: Cluster) -> None:
        """Raises `NotFencedError` for a topic that was missing."""
        denials = self._state.denials
        if not denials.missing:
            return
        missing = await cluster.ensure_topics(denials.missing)
        appeared = sorted(denials.missing.keys() - missing.keys())
        denials.missing = missing
        if appeared:
            self._state.woken.set()
            raise NotFencedError(TopicPartition(appeared[0], 0))

    async def _store_watermarks(self) -> None:
        """Remember how far the topics were filled. Raises `OtherDatabaseError`."""
        session, watermarks = self._session, self._session.rounds.watermarks
        async with bounded_transaction(session.connection):
            before = await write_watermarks(session.identity, watermarks, session.connection)
            stored = session.stored
            if any(stored.get(partition, 0) != offset for partition, offset in before.items()):
                raise OtherDatabaseError("the database was restored in its place")
        session.stored.update(watermarks)
        watermarks.clear()
