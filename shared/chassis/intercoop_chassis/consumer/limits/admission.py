"""Admission of new entities: asked of the database only where an owner comes near a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Quotas
from intercoop_chassis.postgres import Database
from intercoop_chassis.wire.obstacle import Obstacle
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Key

KNOWN: Final = """
SELECT topic, subject, has_ended IS NOT TRUE AS lives
FROM replica JOIN unnest($1::text[], $2::text[]) AS asked (topic, subject) USING (topic, subject)
WHERE applied > 0
"""


@dataclass(frozen=True, slots=True)
class Parted:
    """State events of a poll: what may be applied, and what is beyond a limit, and why."""

    admitted: Sequence[StateEvent]
    excess: Sequence[tuple[StateEvent, Obstacle]]


async def part_excess(
    events: Sequence[StateEvent], quotas: Quotas, db: Database, backoff: Backoff
) -> Parted:
    """Find new entities for which there is no room. Changes of known ones are always admitted."""
    near = quotas.pressed(events, part=2)
    if not near:
        return Parted(events, ())

    async def read() -> usage.UsageByTopic:
        async with db.read() as tx:
            return await usage.read(tx, sorted(near))

    quotas.replace(await backoff.retry(read), near)
    pressed = quotas.pressed(events)
    if not pressed:
        return Parted(events, ())
    known = await _known([each for each in events if each.topic in pressed], db, backoff)
    return Parted(*quotas.part(events, pressed, known))


async def _known(events: Sequence[StateEvent], db: Database, backoff: Backoff) -> dict[Key, bool]:
    topics = [event.topic for event in events]
    subjects = [event.envelope.subject for event in events]

    async def read() -> dict[Key, bool]:
        async with db.read() as tx:
            rows = await tx.fetch(KNOWN, topics, subjects)
        return {(row["topic"], row["subject"]): row["lives"] for row in rows}

    return await backoff.retry(read)
