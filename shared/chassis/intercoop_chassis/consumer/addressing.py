"""Addressing: what others say to each other is not kept here, and counts for nobody.

Else whoever makes one owner answer him ten thousand times fills that owner's limits everywhere.
"""

from collections.abc import Sequence
from functools import partial

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.advancing import seen_versions
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.wire.records import StateEvent


async def of_concern(
    events: Sequence[StateEvent], effects: Effects, backoff: Backoff, *, service: str
) -> Sequence[StateEvent]:
    """Leave out what is addressed to others, unless its subject was addressed here once."""
    others = [event.key for event in events if effects.is_of_no_concern(event)]
    if not others:
        return events
    known = await backoff.read(partial(seen_versions, others))
    left_out = set(others) - known.keys()
    telemetry.NOT_ADDRESSED.labels(service).inc(len(left_out))
    return [event for event in events if event.key not in left_out]
