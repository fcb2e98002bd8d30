"""The worker: reads what others publish, and makes it known here with its effects."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.assignment import Assignment
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.follows import Follows, Horizon, settle
from intercoop_chassis.consumer.handling import PollHandler
from intercoop_chassis.consumer.limits.quotas import Limits
from intercoop_chassis.consumer.limits.upkeep import begin_quotas
from intercoop_chassis.consumer.parking.parked import DUE_NOW
from intercoop_chassis.consumer.reached import ClusterReached
from intercoop_chassis.consumer.retries import Retries
from intercoop_chassis.consumer.session_errors import ends_session, explain
from intercoop_chassis.consumer.watch import Watch
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.broker import SafeSubscription, make_broker, subscribe
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.patches.cancellations import close_within, not_cancelled
from intercoop_chassis.kafka.patches.new_topics import Topics, show_topics
from intercoop_chassis.kafka.patches.polling import PollingSubscriber, PollListeners
from intercoop_chassis.kafka.read_denials import ReadDenials
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.sealing import Keyring

_STOP_S = 15.0
_NEXT_SESSION_S = 1.0

log = structlog.get_logger()


class Worker:
    """Consumes one service's streams; several processes of a service share its partitions."""

    def __init__(
        self,
        settings: Settings,
        service: Service,
        db: Database,
        keyring: Keyring | None,
    ) -> None:
        self._settings = settings
        self._service = service.name
        self._db = db
        self._subscribers = service.subscribers
        self._reader = Reader(service.subscribers.streams, settings.network, keyring)
        published = frozenset(stream.id for stream in service.publishes)
        self._follows = Follows(settings.owner, settings.follows, published)
        self._denials = ReadDenials(settings.owner)
        self._name = f"{service.name}.worker"
        self._retries: Retries | None = None
        self._pattern = re.compile(self._follows.pattern(service.subscribers))
        self._assignment: Assignment | None = None
        db.on_signal(DUE_NOW, self._wake_retries)
        telemetry.LAG.labels(service.name).set(0)
        telemetry.PLACES_LOST.labels(service.name)

    async def run(self, stop: asyncio.Event, health: Health) -> None:
        """Consume until `stop`; outlives every fault of the broker and the database."""
        health.unwell(self._name, "has not reached the broker yet")
        while not stop.is_set():
            try:
                await not_cancelled(self._session(stop, health))
            except Exception as error:
                if not ends_session(error):
                    raise
                reason = await explain(error, self._settings)
                health.unwell(self._name, reason)
                log.warning("worker_session_ended", reason=reason, error=repr(error))
                await pause(stop, _NEXT_SESSION_S)

    async def hear_of_topics(self, topics: Topics) -> bool:
        """Read what was made a moment ago, if any of these topics was; returns whether.

        A group that is being joined is left alone: it would be joined once more from its beginning.
        """
        consumer = self._assignment.consumer if self._assignment else None
        if consumer is None:
            return False
        known = consumer.subscription()
        new = {topic for topic in topics.names if self._pattern.match(topic)} - known
        is_joining = known and not consumer.assignment()
        if is_joining or not new:
            return False
        log.info("topics_announced", topics=sorted(new))
        await show_topics(consumer, topics)
        return True

    def _wake_retries(self) -> None:
        """An operator of this process does not wait for the next look."""
        if self._retries:
            self._retries.wake()

    async def _session(self, stop: asyncio.Event, health: Health) -> None:
        async with self._db.transaction() as tx:
            horizon = await settle(self._follows, self._subscribers, tx)
        async with self._db.transaction() as tx:
            limits = Limits.of(self._settings)
            quotas = await begin_quotas(limits, self._settings.owner, tx)
        effects = Effects(self._subscribers, horizon, quotas)
        applier = Applier(
            self._db,
            self._reader,
            effects,
            Backoff(health, self._name, self._db),
            service=self._service,
        )
        retries = Retries(
            self._service,
            self._db,
            self._reader,
            effects,
            Backoff(health, f"{self._name}.retries", self._db),
        )
        self._retries = retries
        async with (
            Cluster(self._settings) as cluster,
            self._consuming(cluster, applier, retries, horizon) as watch,
        ):
            self._denials.group_lost = False
            if not self._denials.words:
                health.well(self._name)
            async with self._retrying(retries) as check_retries:
                await watch.run(check_retries, stop, health)

    @asynccontextmanager
    async def _retrying(self, retries: Retries) -> AsyncIterator[Callable[[], None]]:
        """Retry parked changes meanwhile; yields what raises the error that ended it, if any."""
        over = asyncio.Event()
        retrying = asyncio.create_task(retries.run(over), name=f"{self._name}.retries")

        def check() -> None:
            if retrying.done():
                retrying.result()

        try:
            yield check
        finally:
            over.set()  # a cancellation may be lost where it meets a wake
            retries.wake()
            retrying.cancel()
            await asyncio.gather(retrying, return_exceptions=True)

    @asynccontextmanager
    async def _consuming(
        self, cluster: Cluster, applier: Applier, retries: Retries, horizon: Horizon
    ) -> AsyncIterator[Watch]:
        broker = make_broker(self._settings)
        subscriber: PollingSubscriber | None = None
        assignment = Assignment(
            self._db, cluster, lambda: subscriber.consumer if subscriber else None, horizon.lineage
        )
        group = f"{self._settings.owner}.{self._service}"
        watch = Watch(
            self._settings, self._service, assignment, self._denials, ClusterReached(self._db)
        )
        handler = PollHandler(assignment, applier, retries)
        polls = PollListeners(self._denials, assignment.polled, watch.poll_failed)
        subscriber = subscribe(
            broker,
            SafeSubscription(group, self._pattern.pattern, handler.handle, assignment, polls),
        )
        try:
            await asyncio.wait_for(broker.start(), _STOP_S)
            log.info("worker_reads", group=group, pattern=self._pattern.pattern)
            self._assignment = assignment
            yield watch
        finally:
            self._assignment = None
            await close_within(_STOP_S, broker.stop())
