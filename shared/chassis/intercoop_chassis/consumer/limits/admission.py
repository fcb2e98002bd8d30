"""Admission of new entities: asked of the database only where an owner comes near a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Quotas
from intercoop_chassis.postgres import Transaction
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


async def part_excess(events: Sequence[StateEvent], quotas: Quotas, backoff: Backoff) -> Parted:
    """Find new entities for which there is no room. Changes of known ones are always admitted."""
    near = quotas.pressed(events, part=2)
    if not near:
        return Parted(events, ())
    quotas.replace(await backoff.read(partial(usage.read, topics=sorted(near))), near)
    pressed = quotas.pressed(events)
    if not pressed:
        return Parted(events, ())
    known = await backoff.read(partial(_known, [each for each in events if each.topic in pressed]))
    return Parted(*quotas.part(events, pressed, known))


async def _known(events: Sequence[StateEvent], tx: Transaction) -> dict[Key, bool]:
    topics = [event.topic for event in events]
    rows = await tx.fetch(KNOWN, topics, [event.envelope.subject for event in events])
    return {(row["topic"], row["subject"]): row["lives"] for row in rows}
