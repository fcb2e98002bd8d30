"""Splitting a chunk that failed, so that one bad change costs itself and not those beside it."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from intercoop_chassis.subscribers import AnyChange
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Key

Events: TypeAlias = Sequence[StateEvent]

_APART_S: Final = 600.0
"""So long after one of its changes failed, a topic shares no transaction with others."""

_FEW: Final = 20
_OF_WHICH: Final = 20
"""A poll tries a topic's changes until more than so many failed, and a twentieth of them."""

SET_ASIDE: Final = Obstacle(ObstacleKind.SET_ASIDE, "many changes of this topic failed beside it")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chunk cannot be applied, and the change whose reactions failed, where they did."""

    obstacle: Obstacle
    reacting: AnyChange | None

    def split(self, events: Events) -> tuple[Sequence[Events], StateEvent | None]:
        """The parts of a chunk that may succeed, in its order, and the change at fault if known.

        What is before a reaction that failed has succeeded once. What fails for the database's
        sake is at fault only when it fails alone, and is looked for in one round: each takes long.
        """
        if len(events) == 1:
            return (), events[0]
        doubtful = self.obstacle.kind is ObstacleKind.STUBBORN
        number = self._place(events)
        if number is None:
            return (_alone(events) if doubtful else halves(events)), None
        before, [at_fault], after = (
            events[:number],
            events[number : number + 1],
            events[number + 1 :],
        )
        if doubtful:
            return [part for part in (before, (at_fault,), after) if part], None
        return [part for part in (before, after) if part], at_fault

    def _place(self, events: Events) -> int | None:
        change = self.reacting
        if change is None:
            return None
        key = change.stream.topic(change.owner), change.subject
        return next((number for number, event in enumerate(events) if event.key == key), None)


class Failures:
    """The changes of each topic that failed in one poll, until they are too many.

    Each costs a transaction, for which whoever comes next in the topics waits.
    """

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()
        self._hopeless: set[str] = set()

    def add(self, topic: str, polled: Iterable[Key]) -> None:
        """One of this topic failed, of all that were polled."""
        self._failed[topic] += 1
        if self._failed[topic] > _FEW:
            of_topic = sum(polled_topic == topic for polled_topic, _ in polled)
            if self._failed[topic] * _OF_WHICH > of_topic:
                self._hopeless.add(topic)

    def part(self, events: Events) -> tuple[Events, Events]:
        """What may still be tried in this poll, and what is not."""
        if not self._hopeless:
            return events, ()
        hopeful = [event for event in events if event.topic not in self._hopeless]
        return hopeful, [event for event in events if event.topic in self._hopeless]


def halves(events: Events) -> Sequence[Events]:
    """Two parts of several changes."""
    middle = (len(events) + 1) // 2
    return events[:middle], events[middle:]


def _alone(events: Events) -> Sequence[Events]:
    return [(event,) for event in events]


class Suspects:
    """The topics whose changes failed lately: whoever shares a chunk with them works twice."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def add(self, topic: str) -> None:
        """One of its changes could not be applied."""
        self._until[topic] = time.monotonic() + _APART_S

    def part(self, events: Events) -> tuple[Events, Events]:
        """The changes of all other topics, and those of suspects, both in their order."""
        now = time.monotonic()
        self._until = {topic: until for topic, until in self._until.items() if until > now}
        if not self._until:
            return events, ()
        sound = [event for event in events if event.topic not in self._until]
        return sound, [event for event in events if event.topic in self._until]
