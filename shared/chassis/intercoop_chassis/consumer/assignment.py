"""Places: where in its partitions a consumer reads, kept in line with the stored offsets."""

import asyncio
import time
from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.consumer import offsets
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import Database

_DRAIN_S = 10.0
_SETTLE_S = 4.0
"""Less than a session: nobody says that this member lives while it settles."""
_LATELY_S = 30.0
_TELL_S = 2.0

log = structlog.get_logger()


class Places(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Where to read, for one cluster and one resync round.

    The group's offsets in Kafka are for display only: they outlive a restored database. A new
    cluster has no stored offsets, and is read from the beginning.
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
        self.ledger = offsets.Ledger("", None, lineage)
        self.settled = False
        self.working = asyncio.Lock()
        self._moved = False
        self._joins = False
        self.restored = False
        self._lost: tuple[float, str] | None = None
        self._told: dict[TopicPartition, int] = {}

    def polled(self) -> None:
        """A poll has returned: what it found begins where this consumer stood at this moment."""
        self._moved = False

    @property
    def in_place(self) -> bool:
        """Whether what was polled follows on what is stored.

        It does not where a place was settled between the poll and its handler: then the consumer
        stands elsewhere already, and to store where the poll ended would leave out what is between.
        """
        return self.settled and not self._moved

    def handed_back(self, error: Exception, records: int) -> None:
        """A poll could not be applied: it is read again from the stored offsets."""
        log.warning("poll_handed_back", records=records, error=type(error).__name__)
        self.settled = False

    def lost(self, error: Exception) -> None:
        """A poll failed, and may have gone past records: go back before anything is applied."""
        log.error("poll_failed", error=repr(error))
        self.settled = False
        self._lost = time.monotonic(), type(error).__name__

    def forgotten(self) -> None:
        """The database was restored, or is a new one: whom it follows has to be settled again."""
        log.warning("reads_again_from_backup", cluster=self.ledger.cluster)
        self.settled, self.restored = False, True

    async def taken(self, error: Exception) -> None:
        """Another member has gone on: read on from there; whoever calls this holds `working`."""
        log.info("place_taken", detail=str(error))
        self.settled = False
        await self.settle_now()

    @property
    def unreadable(self) -> str | None:
        """The kind of error that polls fail with lately, if they do."""
        if self._lost is None or time.monotonic() - self._lost[0] > _LATELY_S:
            return None
        return self._lost[1]

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let the transaction under way finish, or two members would work on the same records."""
        self.settled, self._joins = False, True
        try:
            await asyncio.wait_for(self.working.acquire(), _DRAIN_S)
        except TimeoutError:
            log.warning("revoked_while_working", partitions=len(revoked))
        else:
            self.working.release()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", partitions=len(assigned))
        self._joins = False
        self.settled = False  # a batch in between may have settled what was assigned before
        try:
            await asyncio.wait_for(self.settle(), _SETTLE_S)
        except Exception as error:  # noqa: BLE001  the worker settles before it applies anything
            log.warning("places_not_settled", error=repr(error))

    async def settle(self) -> None:
        """Go to the stored offsets, between two batches."""
        async with self.working:
            await self.settle_now()

    async def settle_now(self) -> None:
        """Go to the stored offsets; whoever calls this holds `working`.

        Not where less is stored than was: the session has to begin anew.
        """
        consumer = self._consumer()
        if consumer is None:
            return
        cluster_id = await self._cluster.identify()
        async with self._db.read() as tx:
            ledger, stored = await offsets.read(cluster_id, tx)
        anew = ledger.lineage != self.ledger.lineage or self._is_before(ledger.resync)
        if anew or (ledger == self.ledger and offsets.are_behind(stored, self.ledger.known)):
            self.forgotten()
            return
        for partition in consumer.assignment():
            consumer.seek(partition, stored.get(partition, 0))
        self._moved = True
        if ledger != self.ledger:
            log.info("reads_cluster", cluster=cluster_id, known_partitions=len(stored))
        self.ledger, self.settled = ledger, True

    async def look(self, *, at_cluster: bool) -> None:
        """Settle again where something changed: not settled yet, a resync, another cluster.

        With `at_cluster` also where the database was restored and has forgotten what was read.
        """
        if self.settled and not at_cluster:
            return
        known = dict(self.ledger.known)  # before the look: a poll under way adds to it
        async with self._db.read() as tx:
            resync = await offsets.resync_round(tx)
            if self._is_before(resync):
                self.forgotten()
                return
            if at_cluster and self.settled and resync == self.ledger.resync:
                _, stored = await offsets.read(self.ledger.cluster, tx)
                if offsets.are_behind(stored, known):
                    self.forgotten()
        cluster_id = await self._cluster.identify() if at_cluster else self.ledger.cluster
        if not self.settled or (cluster_id, resync) != (self.ledger.cluster, self.ledger.resync):
            await self.settle()

    def _is_before(self, resync: str | None) -> bool:
        """Whether the database is from before the last resync; they are named in their order."""
        return (resync or "") < (self.ledger.resync or "")

    async def tell_broker(self) -> None:
        """Say how far this member has come, for displays of lag: nobody reads on from there.

        Not while it joins its group anew. The broker answers a connection's requests one after the
        other: it would hear this in the next generation, as said in the one before, and aiokafka
        would have everybody join again, and be told the same in the middle of that, for ever.
        """
        consumer = self._consumer()
        if consumer is None or self._joins:
            return
        known = {one: self.ledger.known.get(one, 0) for one in consumer.assignment()}
        news = {one: offset for one, offset in known.items() if offset != self._told.get(one, 0)}
        if not news:
            return
        try:
            await asyncio.wait_for(consumer.commit(news), _TELL_S)
        except (KafkaError, TimeoutError) as error:
            log.info("lag_not_told", error=repr(error))
        else:
            self._told.update(news)

    def lag(self) -> int:
        """Records in the assigned partitions that have not been read."""
        consumer = self._consumer()
        if consumer is None:
            return 0
        positions = _positions(consumer)
        if not self.settled:  # what is read now is not applied
            positions |= {one: self.ledger.known.get(one, 0) for one in consumer.assignment()}
        return sum(
            max(0, (consumer.highwater(partition) or 0) - offset)
            for partition, offset in positions.items()
        )


def _positions(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    positions = {}
    for partition in consumer.assignment():
        state = consumer._subscription.subscription.assignment.state_value(partition)  # noqa: SLF001
        if state is not None and state.has_valid_position:
            positions[partition] = state.position
    return positions
