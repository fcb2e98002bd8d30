"""An assignment: a member's partitions, and its positions there, kept at the stored offsets."""

import asyncio
import time
from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.phases import Event, Phase
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import Database

_DRAIN_S = 10.0
_SETTLE_S = 4.0
"""Less than a session: aiokafka sends no heartbeat while its listener is called."""
_LATELY_S = 30.0

log = structlog.get_logger()


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """The partitions of one consumer, from rebalance to rebalance, in one cluster and resync round.

    Positions come from the service's database alone. The group's offsets in Kafka are for display:
    they outlive a restored database. A new cluster has no stored offsets, and is read from the
    beginning.

    `working` is held by whoever applies a poll or seeks: never both at once.
    """

    def __init__(
        self,
        db: Database,
        cluster: Cluster,
        consumer: Callable[[], AIOKafkaConsumer | None],
        lineage: str | None,
    ) -> None:
        self._db = db
        self._cluster = cluster
        self._consumer = consumer
        self._phase = Phase.UNSETTLED
        self._poll_failed: tuple[float, str] | None = None
        self.stored = offsets.StoredOffsets("", None, lineage)
        self.working = asyncio.Lock()

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        """The session's consumer; None until it has started."""
        return self._consumer()

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def unreadable(self) -> str | None:
        """The kind of error that polls fail with lately, if they do."""
        if self._poll_failed is None or time.monotonic() - self._poll_failed[0] > _LATELY_S:
            return None
        return self._poll_failed[1]

    def polled(self) -> None:
        """A poll has returned."""
        self._enter(Event.POLLED)

    def poll_failed(self, error: Exception) -> None:
        """A poll raised, and may have gone past records: seek before anything is applied."""
        log.error("poll_failed", error=repr(error))
        self._enter(Event.FAILED)
        self._poll_failed = time.monotonic(), type(error).__name__

    def handed_back(self, error: Exception, records: int) -> None:
        """A poll could not be applied: it is read again from the stored offsets."""
        log.warning("poll_handed_back", records=records, error=type(error).__name__)
        self._enter(Event.FAILED)

    def restored(self) -> None:
        """The database was restored, or is a new one: the session has to begin anew."""
        log.warning("reads_again_from_backup", cluster=self.stored.cluster)
        self._enter(Event.RESTORED)

    async def taken(self, error: Exception) -> None:
        """Another member has gone on: read on from there; whoever calls this holds `working`."""
        log.info("offsets_taken", detail=str(error))
        self._enter(Event.FAILED)
        await self.seek_now()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let the transaction under way finish, or two members would work on the same records."""
        self._enter(Event.REVOKED)
        try:
            await asyncio.wait_for(self.working.acquire(), _DRAIN_S)
        except TimeoutError:
            log.warning("revoked_while_working", partitions=len(revoked))
        else:
            self.working.release()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", partitions=len(assigned))
        self._enter(Event.ASSIGNED)
        try:
            await asyncio.wait_for(self.seek(), _SETTLE_S)
        except Exception as error:  # noqa: BLE001  the worker seeks before it applies anything
            log.warning("offsets_not_sought", error=repr(error))

    async def seek(self) -> None:
        """Go to the stored offsets, between two polls."""
        async with self.working:
            await self.seek_now()

    async def seek_now(self) -> None:
        """Go to the stored offsets; whoever calls this holds `working`.

        Not where less is stored than was: the session has to begin anew.
        """
        consumer = self.consumer
        if consumer is None:
            return
        cluster_id = await self._cluster.identify()
        async with self._db.read() as tx:
            found = await offsets.read(cluster_id, tx)
        known = self.stored
        anew = found.lineage != known.lineage or self._is_before(found.resync)
        if anew or (found == known and offsets.are_behind(found.known, known.known)):
            self.restored()
            return
        for partition in consumer.assignment():
            consumer.seek(partition, found.known.get(partition, 0))
        if found != known:
            log.info("reads_cluster", cluster=cluster_id, known_partitions=len(found.known))
        self.stored = found
        self._enter(Event.SOUGHT)

    async def look(self, *, at_cluster: bool) -> None:
        """Seek again where something changed: not settled, a resync, another cluster.

        With `at_cluster` also find out whether the database was restored and has forgotten what was
        read.
        """
        if self._phase.is_settled and not at_cluster:
            return
        known = dict(self.stored.known)  # before the look: a poll under way adds to it
        async with self._db.read() as tx:
            resync = await offsets.resync_round(tx)
            if self._is_before(resync):
                self.restored()
                return
            if at_cluster and self._phase.is_settled and resync == self.stored.resync:
                found = await offsets.read(self.stored.cluster, tx)
                if offsets.are_behind(found.known, known):
                    self.restored()
        cluster_id = await self._cluster.identify() if at_cluster else self.stored.cluster
        changed = (cluster_id, resync) != (self.stored.cluster, self.stored.resync)
        if changed or not self._phase.is_settled:
            await self.seek()

    def _is_before(self, resync: str | None) -> bool:
        """Whether the database is from before the last resync; they are named in their order."""
        return (resync or "") < (self.stored.resync or "")

    def _enter(self, event: Event) -> None:
        self._phase = self._phase.after(event)
