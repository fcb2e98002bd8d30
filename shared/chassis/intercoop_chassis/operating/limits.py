"""What each owner has here beside its limits, as this instance's operators are told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from intercoop_chassis.consumer.parking.parked import WITH_EXCESS
from intercoop_chassis.postgres import Row, Transaction
from intercoop_contracts.streams import owner_of, stream_of

COUNTED_UP_TO: Final = 10_000
"""However much waits, it is counted no further."""

LIST: Final = """
SELECT topic, living, bytes, parked, skipped, since,
       (SELECT count(*) FROM (
           SELECT FROM parked WHERE kind = 'excess' AND parked.topic = known.topic
           ORDER BY topic, parked_at LIMIT $4
       ) AS few) AS excess
FROM (
    SELECT topic, sum(living)::bigint AS living, sum(bytes)::bigint AS bytes,
           sum(parked)::bigint AS parked, sum(skipped)::bigint AS skipped, min(since) AS since
    FROM usage WHERE topic > $1 AND split_part(topic, '.', 2) <> $3
    GROUP BY topic ORDER BY topic LIMIT $2
) AS known ORDER BY topic
"""
BEYOND: Final = """
-- waiting
, beyond AS (
    SELECT topic FROM waiting WHERE topic IS NOT NULL
    UNION
    SELECT topic FROM usage WHERE skipped <> 0
), shown AS (
    SELECT topic FROM beyond WHERE split_part(topic, '.', 2) <> $1 ORDER BY topic LIMIT $3
)
SELECT shown.topic, counted.*,
       (SELECT count(*) FROM (
           SELECT FROM parked WHERE kind = 'excess' AND parked.topic = shown.topic
           ORDER BY topic, parked_at LIMIT $2
       ) AS few) AS excess
FROM shown CROSS JOIN LATERAL (
    SELECT coalesce(sum(living), 0)::bigint AS living, coalesce(sum(bytes), 0)::bigint AS bytes,
           coalesce(sum(parked), 0)::bigint AS parked, coalesce(sum(skipped), 0)::bigint AS skipped,
           min(since) AS since
    FROM usage WHERE usage.topic = shown.topic
) AS counted
ORDER BY topic
""".replace("-- waiting", WITH_EXCESS)
"""From what waits to what is counted of its topics: many have nothing beyond their limits."""
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class TopicUsage:
    """What one topic has here: living entities, bytes applied and parked, and what is beyond.

    `excess` changes wait for room; `skipped` were counted and not kept, since a moment: the topic
    is incomplete then.
    """

    topic: str
    living: int
    bytes: int
    parked: int
    skipped: int
    since: datetime | None
    excess: int

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(**row)

    @property
    def owner(self) -> str:
        """Whose it is."""
        return owner_of(self.topic)

    @property
    def stream(self) -> str:
        """The stream's id, such as `shared.meetings.v1`; the topic where that is of no stream."""
        return stream_of(self.topic)


async def list_usage(
    after: str | None, limit: int, own: str, tx: Transaction
) -> Sequence[TopicUsage]:
    """What topics of others have here, in their order; `own` is whose instance this is."""
    rows = await tx.fetch(LIST, after or "", limit, own, COUNTED_UP_TO)
    return [TopicUsage.of(row) for row in rows]


async def beyond_limits(own: str, tx: Transaction) -> Sequence[TopicUsage]:
    """Topics of others with more than they may have here, a hundred at most."""
    return [TopicUsage.of(row) for row in await tx.fetch(BEYOND, own, COUNTED_UP_TO, _SHOWN)]
