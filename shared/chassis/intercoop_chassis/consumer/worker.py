"""The worker: reads what others publish, and makes it known here with its effects."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError
from faststream.kafka.subscriber.usecase import BatchSubscriber

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.assignment import Places
from intercoop_chassis.consumer.backoff import Patience
from intercoop_chassis.consumer.effects import Chunks
from intercoop_chassis.consumer.follows import Follows, settle
from intercoop_chassis.consumer.parking.parked import DUE_NOW
from intercoop_chassis.consumer.parking.retries import Retries
from intercoop_chassis.consumer.records import Reader
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.broker import Failed, Records, SafeSubscription, make_broker, subscribe
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.patches.cancellations import close_within, not_cancelled
from intercoop_chassis.kafka.read_denials import Denied
from intercoop_chassis.kafka.reasons import in_words
from intercoop_chassis.postgres import Database, is_transient
from intercoop_chassis.sealing import Keyring
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

LOOK_S = 1.0
LOOK_AT_CLUSTER_S = 5.0
_STOP_S = 15.0
_HANDED_BACK_S = 2.0

_PASSING = (KafkaError, offsets.PlaceLostError)

log = structlog.get_logger()


class BrokenConsumerError(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """A consumer met a fault that it does not recover from."""


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
        self._reader = Reader(service.subscribers, settings.network, keyring)
        published = frozenset(stream.id for stream in service.publishes)
        self._follows = Follows(settings.owner, settings.follows, published)
        self._denied = Denied(settings.owner)
        self._broken: Exception | None = None
        self._name = f"{service.name}.worker"
        self._retries: Retries | None = None
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
                if not (is_transient(error) or isinstance(error, _PASSING)):
                    raise
                reason = await self._in_words(error)
                health.unwell(self._name, reason)
                log.warning("worker_session_ended", reason=reason, error=repr(error))
                await pause(stop, LOOK_S)

    def _wake_retries(self) -> None:
        """An operator of this process does not wait for the next look."""
        if self._retries:
            self._retries.wake()

    async def _session(self, stop: asyncio.Event, health: Health) -> None:
        async with self._db.transaction() as tx:
            horizon = await settle(self._follows, self._subscribers, tx)
        chunks = Chunks(self._service, self._subscribers, horizon)
        patience = Patience(health, self._name, self._db)
        retries = Retries(
            self._service,
            self._db,
            self._reader,
            chunks,
            Patience(health, f"{self._name}.retries", self._db),
        )
        self._retries = retries
        applier = Applier(self._db, self._reader, chunks, patience, service=self._service)
        async with (
            Cluster(self._settings) as cluster,
            self._consuming(cluster, applier, retries, horizon.lineage) as places,
        ):
            self._denied.group_lost, self._broken = False, None
            if not self._denied.words:
                health.well(self._name)
            over = asyncio.Event()
            retrying = asyncio.create_task(retries.run(over), name=f"{self._name}.retries")
            try:
                await self._watch(places, retrying, stop, health)
            finally:
                over.set()  # a cancellation may be lost where it meets a wake
                retries.wake()
                retrying.cancel()
                await asyncio.gather(retrying, return_exceptions=True)

    @asynccontextmanager
    async def _consuming(
        self, cluster: Cluster, applier: Applier, retries: Retries, lineage: str | None
    ) -> AsyncIterator[Places]:
        broker = make_broker(self._settings)
        subscriber: BatchSubscriber | None = None
        places = Places(
            self._db, cluster, lambda: subscriber.consumer if subscriber else None, lineage
        )

        async def handle(records: Records) -> None:
            async with places.working:
                if not places.in_place:
                    await self._settled(places)  # what was polled is read again from there
                elif await self._applied(records, places, applier):
                    retries.wake()

        group = f"{self._settings.owner}.{self._service}"
        pattern = self._follows.pattern(self._subscribers)
        subscription = SafeSubscription(
            group, pattern, handle, places, self._denied, places.polled, self._failed(places)
        )
        subscriber = subscribe(broker, subscription)
        try:
            await asyncio.wait_for(broker.start(), _STOP_S)
            log.info("worker_reads", group=group, pattern=pattern)
            yield places
        finally:
            await close_within(_STOP_S, broker.stop())

    async def _settled(self, places: Places) -> None:
        """Go to the stored offsets. While they cannot be read, little is polled for nothing."""
        try:
            await places.settle_now()
        except Exception:
            await asyncio.sleep(_HANDED_BACK_S)
            raise

    async def _applied(self, records: Records, places: Places, applier: Applier) -> bool:
        """Apply a poll; returns whether a parked change may go on. What fails is read again.

        Where another member has gone on this one was too slow: what it held is read there.
        """
        reach(Step.WORKER_POLLED)
        try:
            poll = self._reader.admit(records)
            poll.is_wanted = lambda: places.settled
            woken = await applier.apply(poll, places.ledger, offsets.after(records))
        except offsets.PlaceTakenError as error:
            await places.taken(error)
            return False
        except offsets.PlaceLostError:
            places.forgotten()
            raise
        except Exception as error:
            places.handed_back(error, len(records))
            await asyncio.sleep(_HANDED_BACK_S)  # it comes again within a second
            raise
        reach(Step.WORKER_APPLIED)
        return woken

    async def _watch(
        self,
        places: Places,
        retrying: asyncio.Task[None],
        stop: asyncio.Event,
        health: Health,
    ) -> None:
        looked_at = 0.0
        while not await pause(stop, LOOK_S):
            if retrying.done():
                retrying.result()
            self._need_consumer()
            if places.restored:
                raise offsets.PlaceLostError
            at_cluster = time.monotonic() - looked_at > LOOK_AT_CLUSTER_S
            problem = await self._problem(places, at_cluster=at_cluster) or self._denied.words
            if problem:
                health.unwell(self._name, problem)
            elif at_cluster:
                health.well(self._name)
                looked_at = time.monotonic()
            telemetry.LAG.labels(self._service).set(places.lag())
            await places.tell_broker()
        await places.tell_broker()

    async def _problem(self, places: Places, *, at_cluster: bool) -> str | None:
        """Look at the places; returns what hinders it, in words."""
        try:
            await places.look(at_cluster=at_cluster)
        except Exception as error:
            if not (is_transient(error) or isinstance(error, KafkaError)):
                raise
            return await self._in_words(error)
        return f"records cannot be read ({places.unreadable})" if places.unreadable else None

    def _need_consumer(self) -> None:
        """Raise what ends the session when its consumer is of no more use."""
        if self._denied.group_lost:
            raise GroupAuthorizationFailedError
        if self._broken:
            raise BrokenConsumerError from self._broken

    def _failed(self, places: Places) -> Failed:
        def failed(error: Exception, for_good: bool) -> None:  # noqa: FBT001  a callback
            places.lost(error)
            telemetry.PLACES_LOST.labels(self._service).inc()
            if for_good:
                self._broken = error

        return failed

    async def _in_words(self, error: Exception) -> str:
        if isinstance(error, BrokenConsumerError):
            return f"records cannot be read ({error.__cause__!r}): another consumer begins"
        if isinstance(error, offsets.PlaceLostError):
            return "the database was restored from a backup: it reads on from there"
        if isinstance(error, KafkaError):
            return await in_words(self._settings, error)
        return f"the database or the broker cannot be reached ({type(error).__name__})"
