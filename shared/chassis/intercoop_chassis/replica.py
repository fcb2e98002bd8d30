"""The replica: the newest state this service knows of each entity that others own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.decoding import view_of
from intercoop_chassis.wire.records import Key, StateEvent
from intercoop_contracts.streams import Ended, Stream, View

ADVANCE = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value)
SELECT topic, subject, version, version, event_type, occurred_at, value
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[])
    AS new (topic, subject, version, event_type, occurred_at, value)
ORDER BY topic, subject
ON CONFLICT (topic, subject) DO UPDATE SET
    applied = EXCLUDED.applied,
    seen = greatest(replica.seen, EXCLUDED.seen),
    event_type = EXCLUDED.event_type,
    occurred_at = EXCLUDED.occurred_at,
    value = EXCLUDED.value,
    parked = 0
WHERE greatest(replica.applied, replica.parked) < EXCLUDED.applied
RETURNING topic, subject, old.seen AS seen_before, old.value AS value_before,
          old.parked AS parked_before
"""
"""De-duplication, whole: a version is applied once, and only a newer one replaces it."""

SEEN = "SELECT subject, seen FROM replica WHERE topic = $1 AND subject = ANY ($2::text[])"

LOOK_UP = """
SELECT DISTINCT ON (subject) subject, value, occurred_at FROM replica
WHERE topic LIKE $1 AND subject = ANY ($2::text[]) AND value IS NOT NULL
ORDER BY subject, occurred_at DESC
"""


class Advanced(NamedTuple):
    """A subject whose state moved on, and what was known of it before."""

    seen_before: int
    value_before: str | None
    was_parked: bool

    def before(self, stream: Stream[Any]) -> View | Ended | None:
        if self.value_before is None:
            return None
        return view_of(stream, self.value_before)


async def advance(events: Sequence[StateEvent], tx: Transaction) -> dict[Key, Advanced]:
    """Move the replica on, in one statement; returns what was fresh by (topic, subject)."""
    rows = await tx.fetch(
        ADVANCE,
        [event.topic for event in events],
        [event.envelope.subject for event in events],
        [event.envelope.sequence for event in events],
        [event.envelope.type for event in events],
        [event.envelope.time for event in events],
        [event.text for event in events],
    )
    return {
        (row["topic"], row["subject"]): Advanced(
            row["seen_before"] or 0, row["value_before"], bool(row["parked_before"])
        )
        for row in rows
    }


async def seen_versions(topic: str, subjects: Sequence[str], tx: Transaction) -> dict[str, int]:
    """The highest version ever seen of each subject."""
    rows = await tx.fetch(SEEN, topic, list(subjects))
    return {row["subject"]: row["seen"] for row in rows}


@dataclass(frozen=True, slots=True)
class Known:
    """The newest known state of another owner's entity, and when its owner said so."""

    view: View | Ended
    as_of: datetime


async def look_up(stream: Stream[Any], subject: UUID | str, tx: Transaction) -> Known | None:
    """What is known of an entity of another owner or service; None when nothing has arrived."""
    return (await look_up_all(stream, [subject], tx)).get(str(subject))


async def look_up_all(
    stream: Stream[Any], subjects: Iterable[UUID | str], tx: Transaction
) -> dict[str, Known]:
    """What is known of each of these entities, of those that have arrived, by subject."""
    topics = f"{stream.audience}.%.{stream.name}.v{stream.major}"
    rows = await tx.fetch(LOOK_UP, topics, [str(subject) for subject in subjects])
    return {
        row["subject"]: Known(view_of(stream, row["value"]), row["occurred_at"]) for row in rows
    }
