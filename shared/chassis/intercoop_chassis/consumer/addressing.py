"""Addressing: what others say to each other is not kept here, and counts for nobody.

Else whoever makes one owner answer him ten thousand times fills that owner's limits everywhere.
"""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.postgres import Database
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Key

HERE: Final = """
SELECT topic, subject
FROM replica JOIN unnest($1::text[], $2::text[]) AS asked (topic, subject) USING (topic, subject)
"""


async def of_concern(
    events: Sequence[StateEvent], effects: Effects, db: Database, backoff: Backoff, *, service: str
) -> Sequence[StateEvent]:
    """Leave out what is addressed to others, unless its subject was addressed here once."""
    others = [event.key for event in events if effects.is_of_no_concern(event)]
    if not others:
        return events

    async def read() -> set[Key]:
        async with db.read() as tx:
            rows = await tx.fetch(HERE, *([key[part] for key in others] for part in (0, 1)))
        return {(row["topic"], row["subject"]) for row in rows}

    left_out = set(others) - await backoff.retry(read)
    telemetry.NOT_ADDRESSED.labels(service).inc(len(left_out))
    return [event for event in events if event.key not in left_out]
