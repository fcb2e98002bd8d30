"""A consumer without a broker: applies polls of Kafka records to a real database, as a worker does."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.apply import Applier
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.follows import Follows, settle
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from intercoop_chassis.consumer.limits.upkeep import begin_quotas
from intercoop_chassis.consumer.retries import Retries
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Service
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.sealing import Keyring
from testkit.poison import Raw


def record(raw: Raw, offset: int = 0) -> KafkaRecord:
    """What a consumer would be given of a record written at this offset."""
    return ConsumerRecord(
        topic=raw.topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=raw.key,
        value=raw.value,
        checksum=None,
        serialized_key_size=len(raw.key or b""),
        serialized_value_size=len(raw.value or b""),
        headers=tuple(raw.headers),
    )


class BrokerlessConsumer:
    """Applies polls with their offsets, and retries what is parked; `settle` changes whom it follows."""

    def __init__(
        self,
        service: Service,
        owner: str,
        db: Database,
        *,
        keyring: Keyring | None = None,
        limit_s: float = 4.0,
        suspicion_s: float = 0.1,
        limits: Limits = UNLIMITED,
    ) -> None:
        self.service = service
        self.owner = owner
        self.db = db
        self.limits = limits
        self.health = Health()
        self._backoff = Backoff(self.health, "poll", db, limit_s, suspicion_s)
        self._reader = Reader(service.subscribers.streams, "test", keyring)

    async def settle(self, follows: Iterable[str] | None = None) -> None:
        """Begin a session that follows these owners; None is everybody."""
        published = frozenset(stream.id for stream in self.service.publishes)
        owners = None if follows is None else frozenset(follows)
        self.follows = Follows(self.owner, owners, published)
        async with self.db.transaction() as tx:
            horizon = await settle(self.follows, self.service.subscribers, tx)
        async with self.db.transaction() as tx:
            quotas = await begin_quotas(self.limits, self.owner, tx)
            self.stored = await offsets.read("cluster", tx)
        name, subscribers = self.service.name, self.service.subscribers
        self.effects = Effects(subscribers, horizon, quotas)
        self._applier = Applier(self.db, self._reader, self.effects, self._backoff, service=name)
        self.retries = Retries(name, self.db, self._reader, self.effects, self._backoff)

    async def apply(
        self, records: Sequence[KafkaRecord], is_assigned: Callable[[], bool] = lambda: True
    ) -> bool:
        """Apply a poll, with its offsets; whole, if its partitions are not revoked meanwhile."""
        return await self._applier.apply(records, self.stored, is_assigned)

    async def receive(self, *raws: Raw) -> bool:
        """Apply a poll of these records."""
        return await self.apply([record(raw, offset) for offset, raw in enumerate(raws)])

    async def offset(self, topic: str) -> int:
        """Where this topic's only partition is read on."""
        async with self.db.read() as tx:
            stored = await offsets.read("cluster", tx)
        return stored.known.get(TopicPartition(topic, 0), 0)

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(sql, *arguments)
