"""The worker: reads what others publish, and makes it known here with its effects."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka.errors import KafkaError
from faststream.kafka.subscriber.usecase import BatchSubscriber

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.chunks import Chunks
from intercoop_chassis.consumer.follows import Follows, settle
from intercoop_chassis.consumer.patience import Patience
from intercoop_chassis.consumer.places import Places
from intercoop_chassis.consumer.records import Reader
from intercoop_chassis.consumer.retries import Retries
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.broker import Records, SafeSubscription, make_broker, subscribe
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import Database, is_transient
from intercoop_chassis.sealing import Keyring
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.waiting import pause

LOOK_S = 1.0
LOOK_AT_CLUSTER_S = 3.0
_STOP_S = 15.0
_HANDED_BACK_S = 2.0

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
        self._reader = Reader(service.subscribers, settings.network, keyring)
        published = frozenset(stream.id for stream in service.publishes)
        self._follows = Follows(settings.owner, settings.follows, published)
        self._name = f"{service.name}.worker"

    async def run(self, stop: asyncio.Event, health: Health) -> None:
        """Consume until `stop`; outlives every fault of the broker and the database."""
        health.unwell(self._name, "has not reached the broker yet")
        while not stop.is_set():
            try:
                await self._session(stop, health)
            except Exception as error:
                if not (is_transient(error) or isinstance(error, KafkaError)):
                    raise
                health.unwell(self._name, f"starts again after {type(error).__name__}: {error}")
                log.warning("worker_session_ended", error=repr(error))
                await pause(stop, LOOK_S)

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
        applier = Applier(self._db, self._reader, chunks, patience, service=self._service)
        async with (
            Cluster(self._settings) as cluster,
            self._consuming(cluster, applier, retries) as places,
        ):
            health.well(self._name)
            retrying = asyncio.create_task(retries.run(stop), name=f"{self._name}.retries")
            try:
                await self._watch(places, retrying, stop, health)
            finally:
                retries.wake()
                retrying.cancel()
                await asyncio.gather(retrying, return_exceptions=True)

    @asynccontextmanager
    async def _consuming(
        self, cluster: Cluster, applier: Applier, retries: Retries
    ) -> AsyncIterator[Places]:
        broker = make_broker(self._settings)
        subscriber: BatchSubscriber | None = None
        places = Places(self._db, cluster, lambda: subscriber.consumer if subscriber else None)

        async def handle(records: Records) -> None:
            async with places.working:
                if not places.settled:
                    await places.settle_now()
                elif await self._applied(records, places, applier):
                    retries.wake()

        group = f"{self._settings.owner}.{self._service}"
        pattern = self._follows.pattern(self._subscribers)
        subscriber = subscribe(broker, SafeSubscription(group, pattern, handle, places, places.lost))
        try:
            await asyncio.wait_for(broker.start(), _STOP_S)
            log.info("worker_reads", group=group, pattern=pattern)
            yield places
        finally:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(broker.stop(), _STOP_S)

    async def _applied(self, records: Records, places: Places, applier: Applier) -> bool:
        """Apply a poll; returns whether a parked change may go on. What fails is read again."""
        try:
            poll = self._reader.admit(records)
            return await applier.apply(poll, places.ledger, offsets.after(records))
        except Exception as error:
            log.warning("poll_handed_back", records=len(records), error=type(error).__name__)
            await asyncio.sleep(_HANDED_BACK_S)  # it comes again at once
            raise

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
            at_cluster = time.monotonic() - looked_at > LOOK_AT_CLUSTER_S
            problem = await _problem(places, at_cluster=at_cluster)
            if problem:
                health.unwell(self._name, problem)
            elif at_cluster:
                health.well(self._name)
                looked_at = time.monotonic()
            telemetry.LAG.labels(self._service).set(places.lag())


async def _problem(places: Places, *, at_cluster: bool) -> str | None:
    """Look at the places; returns what hinders it, in words."""
    try:
        await places.look(at_cluster=at_cluster)
        if places.unreadable:
            return f"records cannot be read ({places.unreadable})"
    except KafkaError as error:
        return f"the broker cannot be reached ({type(error).__name__})"
    except Exception as error:
        if not is_transient(error):
            raise
        return f"the database or the broker cannot be reached ({type(error).__name__})"
    return None
