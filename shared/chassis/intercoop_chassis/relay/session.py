"""What a relay session stands on: the database's lock, a known cluster, topics it agrees with."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog
from aiokafka import TopicPartition

from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import TAKE_YOUR_TIME, bounded_transaction
from intercoop_chassis.publishing import FORGET_REFUSALS
from intercoop_chassis.relay.ahead import AheadError, Own, ends_of, look_ahead
from intercoop_chassis.relay.keepalive import Connection, kept_awake
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.rounds import TopicCutError
from intercoop_chassis.relay.watermarks import read_marks, write_marks
from intercoop_chassis.settings import Settings


@dataclass(frozen=True, slots=True)
class Fenced:
    """A service's partitions: every one, and those to which nobody else can write."""

    every: Collection[TopicPartition]
    fenced: frozenset[TopicPartition]


LOCK_KEY: Final = 0x1C0_0E
TRY_LOCK = "SELECT pg_try_advisory_lock($1)"
CONFIRMED_CLUSTER = "SELECT value FROM pipeline_state WHERE name = 'confirmed_cluster'"
CONFIRM_CLUSTER = """
INSERT INTO pipeline_state (name, value) VALUES ('confirmed_cluster', $1)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value
"""

POINT_AT_SOME = """
WITH chunk AS (
    SELECT topic, subject FROM published
    WHERE (topic, subject) > ($1, $2) AND ($3::text[] IS NULL OR topic = ANY ($3))
    ORDER BY topic, subject LIMIT $4
), pointed AS (
    INSERT INTO outbox (topic, subject) SELECT topic, subject FROM chunk
)
SELECT topic, subject FROM chunk ORDER BY topic DESC, subject DESC LIMIT 1
"""
AT_ONCE = 100_000
"""Pointers a statement: however much was published, none takes longer than one may."""

# A frozen leader must lose its lock: PostgreSQL ends its session by itself.
# A relay that forgets a confirmed deletion sends again what followers know.
_GUARDS: Final = {
    "idle_session_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_timeout": "30s",
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "synchronous_commit": "off",
    # A session prepares its claim while the tables are small and keeps that plan when they have
    # grown: only look-ups by key stay quick.
    "enable_seqscan": "off",
}
_CLOSE_S = 2.0

log = structlog.get_logger()


@asynccontextmanager
async def guarded_connection(settings: Settings, name: str) -> AsyncIterator[Connection]:
    """A connection of its own, that PostgreSQL closes when it stays silent for five seconds."""
    connection: Connection = await asyncpg.connect(
        settings.database.get_secret_value(),
        timeout=5,
        command_timeout=20,
        server_settings=dict(_GUARDS, application_name=name),
    )
    try:
        yield connection
    finally:
        try:
            await asyncio.wait_for(connection.close(), _CLOSE_S)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection.terminate()


async def try_lock(connection: Connection) -> bool:
    """Become the leader of this database, if nobody is."""
    return bool(await connection.fetchval(TRY_LOCK, LOCK_KEY))


async def settle_cluster(cluster: Cluster, connection: Connection) -> str:
    """Point at everything again where the cluster is a new one; returns its id."""
    async with kept_awake(connection):
        identity = await cluster.identify()
    async with bounded_transaction(connection):
        confirmed = await connection.fetchval(CONFIRMED_CLUSTER)
        if confirmed == identity:
            return identity
        if confirmed is not None:
            log.warning("relay_republishes", cluster=identity, cluster_before=confirmed)
            await connection.execute(FORGET_REFUSALS)
            await _point_at_all(connection)
            reach(Step.RELAY_REPUBLISHING)
        await connection.execute(CONFIRM_CLUSTER, identity)
    return identity


async def _point_at_all(connection: Connection, topics: Sequence[str] | None = None) -> None:
    """Point at everything that was published in these topics, or in all."""
    await connection.execute(TAKE_YOUR_TIME)
    topic = subject = ""
    while some := await connection.fetchrow(POINT_AT_SOME, topic, subject, topics, AT_ONCE):
        topic, subject = some["topic"], some["subject"]


async def mend_topics(
    settings: Settings,
    partitions: Collection[TopicPartition],
    identity: str,
    connection: Connection,
) -> None:
    """Point again at the topics that end before their marks: what was confirmed is not there.

    Call it before the fence, which adds to each of them.
    """
    marks = await read_marks(identity, connection)
    async with kept_awake(connection):
        ends = await ends_of(settings, partitions)
    cut = sorted(one for one, end in ends.items() if end < marks.get(one, 0))
    if not cut:
        return
    topics = sorted({one.topic for one in cut})
    log.warning("topics_lost_their_end", topics=topics)
    async with bounded_transaction(connection):
        await _point_at_all(connection, topics)
        await write_marks(identity, dict.fromkeys(cut, 0), connection)


async def settle_topics(
    settings: Settings,
    messages: Messages,
    partitions: Fenced,
    identity: str,
    connection: Connection,
) -> dict[TopicPartition, int]:
    """Compare what own topics hold with what this database has published.

    Returns where each ends, which is its mark now. Raises `AheadError` where one is ahead, and
    `TopicCutError` where it ends before its mark. Call it when the fence is up, and no other
    producer of this service can write any more.
    """
    marks = await read_marks(identity, connection)
    own = Own(partitions.every, marks, partitions.fenced)
    found = await look_ahead(settings, messages.reader(settings.network), own, connection)
    if found.newer:
        raise AheadError(found.newer.values())
    cut = [partition for partition, end in found.ends.items() if end < marks.get(partition, 0)]
    if cut:
        raise TopicCutError(cut)
    if found.ends != marks:
        async with bounded_transaction(connection):
            await write_marks(identity, found.ends, connection)
    return dict(found.ends)
