"""Usage: what each topic has here, counted in rows that nobody shares; their sum is the truth."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from intercoop_chassis.postgres import Transaction, affected_rows
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Ended, View

SUBJECT_BYTES: Final = 256
"""What a subject takes besides its value: its keys, and its place in indexes."""

READ: Final = """
SELECT topic, sum(living)::bigint AS living, sum(bytes)::bigint AS bytes,
       sum(parked)::bigint AS parked, sum(skipped)::bigint AS skipped
FROM usage WHERE $1::text[] IS NULL OR topic = ANY ($1) GROUP BY topic
"""
COUNT: Final = """
INSERT INTO usage (topic, living, bytes)
SELECT topic, living, bytes
FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS new (topic, living, bytes)
"""
SKIP: Final = """
INSERT INTO usage (topic, skipped, since)
SELECT topic, skipped, now() FROM unnest($1::text[], $2::bigint[]) AS new (topic, skipped)
"""
FORGET: Final = "DELETE FROM usage WHERE topic = ANY ($1::text[])"
FOLD: Final = """
WITH folded AS (
    DELETE FROM usage WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM usage
        WHERE topic IN (SELECT topic FROM usage GROUP BY topic HAVING count(*) > $2)
        LIMIT $1 FOR UPDATE SKIP LOCKED
    ))
    RETURNING topic, living, bytes, parked, skipped, since
), kept AS (
    INSERT INTO usage (topic, living, bytes, parked, skipped, since)
    SELECT topic, sum(living), sum(bytes), sum(parked), sum(skipped), min(since)
    FROM folded GROUP BY topic
)
SELECT count(*) FROM folded
"""
RECOUNT: Final = """
WITH found AS (
    SELECT topic, count(*) FILTER (WHERE has_ended IS NOT TRUE) AS living,
           sum(256 + octet_length(value)) AS bytes, 0 AS parked
    FROM replica WHERE value IS NOT NULL GROUP BY topic
    UNION ALL
    SELECT topic, 0, 0, sum(256 + octet_length(value) + octet_length(headers))
    FROM parked GROUP BY topic
    UNION ALL
    SELECT topic, -sum(living), -sum(bytes), -sum(parked) FROM usage GROUP BY topic
)
INSERT INTO usage (topic, living, bytes, parked)
SELECT topic, sum(living), sum(bytes), sum(parked) FROM found GROUP BY topic
HAVING (sum(living), sum(bytes), sum(parked)) <> (0, 0, 0)
"""
"""One statement, one snapshot: a transaction that commits meanwhile is in all three or in none."""

FOLDED_AT_ONCE: Final = 10_000
_ROWS_OF_A_TOPIC: Final = 8
"""So many are left alone: what never changes is not written again and again."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one topic, or added to it: living entities, bytes applied and parked, changes skipped."""

    living: int = 0
    bytes: int = 0
    parked: int = 0
    skipped: int = 0

    def plus(self, other: "Usage") -> "Usage":
        return Usage(
            self.living + other.living,
            self.bytes + other.bytes,
            self.parked + other.parked,
            self.skipped + other.skipped,
        )


UsageByTopic: TypeAlias = Mapping[str, Usage]
NONE: Final = Usage()
NOTHING: Final[UsageByTopic] = {}

AtCommit: TypeAlias = Callable[[Transaction, UsageByTopic], Awaitable[None]]
"""What is written at the end of a transaction, with what it has added to topics."""


def size_of(text: str) -> int:
    """The bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


class Added:
    """What a transaction adds to its topics, change by change."""

    def __init__(self) -> None:
        self._added: dict[str, list[int]] = {}

    def count(
        self, event: StateEvent, value_before: str | None, before: View | Ended | None
    ) -> None:
        """A state event is applied; what was known before it as a text, and decoded."""
        added = self._added.get(event.topic)
        if added is None:
            added = self._added[event.topic] = [0, 0]
        added[0] += not isinstance(event.after, Ended)
        added[1] += size_of(event.text)
        if value_before is None:
            added[1] += SUBJECT_BYTES
        else:
            added[0] -= not isinstance(before, Ended)
            added[1] -= size_of(value_before)

    def by_topic(self) -> UsageByTopic:
        """What was added; a topic to which nothing was is left out."""
        return {
            topic: Usage(living, size)
            for topic, (living, size) in self._added.items()
            if living or size
        }


def columns(added: UsageByTopic) -> tuple[list[str], list[int], list[int]]:
    """The arguments of `COUNT`, also where it is a part of another statement."""
    each = added.values()
    return list(added), [one.living for one in each], [one.bytes for one in each]


async def count(added: UsageByTopic, tx: Transaction) -> None:
    """Add to what is counted."""
    if added:
        await tx.execute(COUNT, *columns(added))


async def skip(skipped: Mapping[str, int], tx: Transaction) -> None:
    """Count changes that are not kept: their topics are incomplete from now on."""
    if skipped:
        await tx.execute(SKIP, list(skipped), list(skipped.values()))


async def read(tx: Transaction, topics: Sequence[str] | None = None) -> dict[str, Usage]:
    """What these topics have, or all that have anything."""
    return {
        row["topic"]: Usage(row["living"], row["bytes"], row["parked"], row["skipped"])
        for row in await tx.fetch(READ, topics)
    }


async def forget(topics: Sequence[str], tx: Transaction) -> None:
    """Nothing is known of these topics any more."""
    await tx.execute(FORGET, list(topics))


async def fold(tx: Transaction) -> int:
    """Make one row of a topic's many; returns how many there were, ten thousand at most."""
    found: int = await tx.fetchval(FOLD, FOLDED_AT_ONCE, _ROWS_OF_A_TOPIC)
    return found


async def recount(tx: Transaction) -> int:
    """Count everything anew; returns of how many topics something else was counted."""
    tag = await tx.execute(RECOUNT)
    return affected_rows(tag)
