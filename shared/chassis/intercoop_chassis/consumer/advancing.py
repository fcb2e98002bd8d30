"""Advancing the replica: the newest state of each entity that others own is written here."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.wire.decoding import view_of
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Ended, Key, Stream, View

ADVANCE = """
INSERT INTO replica (topic, subject, applied, seen, event_type, occurred_at, value, has_ended)
SELECT topic, subject, version, version, event_type, occurred_at, value, has_ended
FROM unnest(
    $1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::boolean[]
) AS new (topic, subject, version, event_type, occurred_at, value, has_ended)
ORDER BY topic, subject
ON CONFLICT (topic, subject) DO UPDATE SET
    applied = EXCLUDED.applied,
    seen = greatest(replica.seen, EXCLUDED.seen),
    event_type = EXCLUDED.event_type,
    occurred_at = EXCLUDED.occurred_at,
    value = EXCLUDED.value,
    has_ended = EXCLUDED.has_ended,
    parked = CASE WHEN replica.parked < -EXCLUDED.applied THEN replica.parked ELSE 0 END
WHERE greatest(replica.applied, replica.parked) < EXCLUDED.applied
RETURNING topic, subject, old.seen AS seen_before, old.value AS value_before,
          old.parked - new.parked AS unparked
"""
"""De-duplication, whole: a version is applied once, and only a newer one replaces it.

`parked` is negative where no key vouches for the version that waits: it holds nothing up, and stays
until a version as new as it claims to be was applied.
"""

SEEN = """
SELECT topic, subject, seen
FROM replica JOIN unnest($1::text[], $2::text[]) AS asked (topic, subject) USING (topic, subject)
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
        [isinstance(event.after, Ended) for event in events],
    )
    return {
        (topic, subject): Advanced(seen_before or 0, value_before, bool(unparked))
        for topic, subject, seen_before, value_before, unparked in rows
    }


async def seen_versions(keys: Iterable[Key], tx: Transaction) -> dict[Key, int]:
    """The highest version ever seen of each of these subjects, of those of which any was."""
    asked = sorted(set(keys))
    rows = await tx.fetch(SEEN, *([key[part] for key in asked] for part in (0, 1)))
    return {(row["topic"], row["subject"]): row["seen"] for row in rows}
