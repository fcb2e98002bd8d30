"""The doctor's checks of the broker: access, topics, clock, lag."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.follows import Follows
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.cancellations import close_within
from intercoop_chassis.kafka.reasons import in_words
from intercoop_chassis.kafka.records import Offsets
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.refusals import Sentence
from intercoop_contracts.streams import parse_topic

_SLOW_S: Final = 60.0
_STUCK_S: Final = 600.0
_AHEAD_S: Final = 2.0
_LOOKS: Final = 5
_LOOK_MS: Final = 300
_FETCH_BYTES: Final = 65_536

Oldest = dict[TopicPartition, float]
"""For each partition with something unread, when its oldest unread record was written."""


async def broker(patient: Patient) -> Sequence[Finding]:
    """Access of this service to the broker, and its own topics."""
    own = [stream.topic(patient.settings.owner) for stream in patient.service.publishes]
    try:
        async with Cluster(patient.settings) as cluster:
            await cluster.identify()
            there = (
                {partition.topic for partition in await cluster.partitions(own)} if own else set()
            )
    except KafkaError as error:
        return [_no_broker(await in_words(patient.settings, error))]
    missing = sorted(set(own) - there)
    if not missing:
        return [Finding("broker", Level.OK, Sentence("Kafka répond", "Kafka answers"))]
    said = Sentence(f"il manque {', '.join(missing)}", f"{', '.join(missing)} are missing")
    remedy = Sentence(
        "Demandez à l'opérateur du réseau : intercoop-network apply",
        "Ask the cluster's operator: intercoop-network apply",
    )
    return [Finding("broker", Level.FAIL, said, remedy)]


def _no_broker(reason: str) -> Finding:
    said = Sentence(
        f"{reason}. Rien n'est perdu, tout attend", f"{reason}. Nothing is lost, all waits"
    )
    remedy = Sentence(
        "Démarrez Kafka, ou corrigez INTERCOOP_KAFKA et INTERCOOP_KAFKA_* ; tout repart seul",
        "Start Kafka, or correct INTERCOOP_KAFKA and INTERCOOP_KAFKA_*; all goes on by itself",
    )
    return Finding("broker", Level.FAIL, said, remedy)


async def reading(patient: Patient) -> Sequence[Finding]:
    """Lag: records of others that this service has not read, and since when."""
    if not patient.service.subscribers:
        return []
    return await unless_away("reading", patient, _reading)


async def clock(patient: Patient) -> Sequence[Finding]:
    """Whether the broker's clock, which stamps records, is ahead; Kafka tells no other time."""
    if not patient.service.publishes:
        return []
    return await unless_away("broker clock", patient, _clock)


async def unless_away(
    what: str, patient: Patient, look: Callable[[Patient], Awaitable[Finding]]
) -> Sequence[Finding]:
    """An unreachable broker is one finding, and not three."""
    try:
        return [await look(patient)]
    except KafkaError as error:
        name = type(error).__name__
        said = Sentence(
            f"pas vérifié : Kafka ne répond pas ({name})",
            f"not looked at: Kafka does not answer ({name})",
        )
        remedy = Sentence("Réparez d'abord le courtier", "Mend the broker first")
        return [Finding(what, Level.WARN, said, remedy)]


async def _reading(patient: Patient) -> Finding:
    published = frozenset(stream.id for stream in patient.service.publishes)
    follows = Follows(patient.settings.owner, patient.settings.follows, published)
    pattern = re.compile(follows.pattern(patient.service.subscribers))
    async with Cluster(patient.settings) as cluster:
        identity = await cluster.identify()
        topics = [topic for topic in await cluster.topics() if pattern.match(topic)]
        partitions = await cluster.partitions(topics) if topics else []
    async with patient.db.read() as tx:
        stored = (await offsets.read(identity, tx)).known
    async with _consumer(patient) as consumer:
        ends = await consumer.end_offsets(partitions) if partitions else {}
        behind = {
            partition: stored.get(partition, 0)
            for partition in partitions
            if stored.get(partition, 0) < ends[partition]
        }
        oldest = await _unread(consumer, behind, ends) if behind else {}
    if not oldest:
        said = Sentence("tout ce qui est publié est lu", "everything published is read")
        return Finding("reading", Level.OK, said)
    return _late(oldest, {partition: ends[partition] - behind[partition] for partition in oldest})


async def _unread(consumer: AIOKafkaConsumer, behind: Offsets, ends: Offsets) -> Oldest:
    """Where something really is unread: a topic may end with marks of transactions only.

    A partition that gives no answer in time counts as unread since now.
    """
    consumer.assign(list(behind))
    for partition, offset in behind.items():
        consumer.seek(partition, offset)
    oldest: Oldest = {}
    left = set(behind)
    for _ in range(_LOOKS):
        found = await consumer.getmany(*left, timeout_ms=_LOOK_MS)
        oldest |= {partition: records[0].timestamp / 1000 for partition, records in found.items()}
        left -= oldest.keys()
        left = {
            partition for partition in left if await consumer.position(partition) < ends[partition]
        }
        if not left:
            return oldest
    return oldest | dict.fromkeys(left, time.time())


def _late(oldest: Oldest, counts: Offsets) -> Finding:
    """An upper bound: offsets also count compacted records and transaction markers."""
    streams: dict[str, int] = {}
    for partition, count in counts.items():
        name = parse_topic(partition.topic)
        stream = name.name if name else partition.topic
        streams[stream] = streams.get(stream, 0) + count
    listed = ", ".join(f"{stream} ≤ {count}" for stream, count in sorted(streams.items()))
    age_s = max(0.0, time.time() - min(oldest.values()))
    said = Sentence(
        f"pas encore lu : {listed} ; le plus ancien depuis {age_s / 60:.0f} min",
        f"not read yet: {listed}; the oldest for {age_s / 60:.0f} min",
    )
    if age_s < _SLOW_S:
        return Finding("reading", Level.OK, said)
    remedy = Sentence(
        "Rien n'est perdu. Voyez si le rôle worker tourne et si son journal dit pourquoi il attend",
        "Nothing is lost. See whether the role worker runs, and what its log says that it waits "
        "for",
    )
    return Finding("reading", Level.FAIL if age_s > _STUCK_S else Level.WARN, said, remedy)


async def _clock(patient: Patient) -> Finding:
    own = [stream.topic(patient.settings.owner) for stream in patient.service.publishes]
    async with Cluster(patient.settings) as cluster:
        partitions = await cluster.partitions(own)
    later = int((time.time() + _AHEAD_S) * 1000)
    async with _consumer(patient) as consumer:
        consumer.assign(partitions)
        found = (
            await consumer.offsets_for_times(dict.fromkeys(partitions, later)) if partitions else {}
        )
    if not any(found.values()):
        said = Sentence(
            "elle n'avance pas (un retard ne se voit pas)",
            "it is not ahead (that it is behind cannot be seen)",
        )
        return Finding("broker clock", Level.OK, said)
    said = Sentence(
        f"l'horloge du courtier avance de plus de {_AHEAD_S:.0f} s sur celle d'ici",
        f"the broker's clock is more than {_AHEAD_S:.0f} s ahead of the one here",
    )
    remedy = Sentence("Mettez les deux à l'heure (NTP)", "Set both right (NTP)")
    return Finding("broker clock", Level.WARN, said, remedy)


@asynccontextmanager
async def _consumer(patient: Patient) -> AsyncIterator[AIOKafkaConsumer]:
    """Reads beside the service's own workers, in no group."""
    consumer = AIOKafkaConsumer(
        **connection_arguments(patient.settings),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=_FETCH_BYTES,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await close_within(1, consumer.stop())
