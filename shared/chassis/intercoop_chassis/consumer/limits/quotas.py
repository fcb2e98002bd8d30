"""Quotas: each owner's usage beside the limits, as a session of a worker knows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from intercoop_chassis.consumer.limits.usage import (
    NONE,
    SUBJECT_BYTES,
    Usage,
    UsageByTopic,
    size_of,
)
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Ended, Key, View, owner_of

_ENDLESS: Final = 2**63


class ExcessError(Exception):
    """A change makes one more living entity of an owner that has as many as it may."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of another owner: living `entities` and `bytes` of a stream, `parked_bytes` of all."""

    entities: int
    bytes: int
    parked_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.limit_entities, settings.limit_bytes, settings.limit_parked_bytes)


UNLIMITED: Final = Limits(_ENDLESS, _ENDLESS, _ENDLESS)


class Quotas:
    """What each topic has here, and what may still be added to it. This owner has no limits.

    Other members of the group add to a topic of several partitions too. What they have added is
    read once a minute, and whenever half of the room that was seen may be used up: together they
    exceed a limit by a poll each at most.
    """

    def __init__(self, limits: Limits, own: str, usage: UsageByTopic) -> None:
        self.limits = limits
        self._own = own
        self._usage = dict(usage)
        self._seen = dict(usage)

    def note(self, added: UsageByTopic) -> None:
        """A transaction that adds so much was committed."""
        for topic, more in added.items():
            self._usage[topic] = self._usage.get(topic, NONE).plus(more)

    def replace(self, usage: UsageByTopic, topics: Iterable[str] | None = None) -> None:
        """It was read again what these topics have, or all."""
        for topic in self._usage.keys() | usage.keys() if topics is None else topics:
            self._usage[topic] = self._seen[topic] = usage.get(topic, NONE)

    def usage_of(self, topic: str) -> Usage:
        return self._usage.get(topic, NONE)

    def pressed(self, events: Iterable[StateEvent], *, part: int = 1) -> set[str]:
        """The topics where there is no room for these, if each of them were new.

        With a `part` of 2: no room in the half of what was seen when it was read last.
        """
        expected: dict[str, list[int]] = {}
        for event in events:
            found = expected.get(event.topic)
            if found is None:
                found = expected[event.topic] = [0, 0]
            found[0] += 1
            found[1] += size_of(event.text)
        return {
            topic
            for topic, (entities, size) in expected.items()
            if self.is_limited(topic) and not self._has_room(topic, entities, size, part)
        }

    def part(
        self, events: Sequence[StateEvent], pressed: set[str], known: Mapping[Key, bool]
    ) -> tuple[list[StateEvent], list[tuple[StateEvent, Obstacle]]]:
        """What may be applied, and what is excess and why; `known` says whether known ones live."""
        admitted: list[StateEvent] = []
        excess: list[tuple[StateEvent, Obstacle]] = []
        added: dict[str, Usage] = {}
        for event in events:
            if event.topic not in pressed or _counts_for_nothing(event, known.get(event.key)):
                admitted.append(event)
                continue
            so_far = added.get(event.topic, NONE)
            if self._is_full(event, so_far):
                excess.append((event, self._beyond(event.topic, so_far)))
                continue
            admitted.append(event)
            more = Usage(isinstance(event.after, View), SUBJECT_BYTES + size_of(event.text))
            added[event.topic] = so_far.plus(more)
        return admitted, excess

    def expect_room(self, event: StateEvent, *, lives: bool | None) -> None:
        """Raise `ExcessError` where a change has to wait for room; `lives` as in `known`."""
        if not self.is_limited(event.topic) or _counts_for_nothing(event, lives):
            return
        if self._is_full(event, NONE):
            raise ExcessError(self._beyond(event.topic, NONE).reason)

    def room_in(self, topic: str) -> int:
        """For how many entities there is room, at the most."""
        usage = self.usage_of(topic)
        entities = self.limits.entities - usage.living
        return max(0, min(entities, (self.limits.bytes - usage.bytes) // SUBJECT_BYTES))

    def parking_room(self, owner: str) -> int:
        """The bytes that an owner may still park here."""
        if owner == self._own:
            return _ENDLESS
        parked = (usage.parked for topic, usage in self._usage.items() if owner_of(topic) == owner)
        return self.limits.parked_bytes - sum(parked)

    def incomplete(self, part: int) -> list[str]:
        """The incomplete topics whose owner may park this part of its limit, or more."""
        return [
            topic
            for topic, usage in self._usage.items()
            if usage.skipped
            and self.parking_room(owner_of(topic)) >= self.limits.parked_bytes // part
        ]

    def topics_of(self, owners: Iterable[str]) -> list[str]:
        """The topics of these owners that have anything."""
        wanted = set(owners)
        return [topic for topic in self._usage if owner_of(topic) in wanted]

    def is_limited(self, topic: str) -> bool:
        return owner_of(topic) != self._own

    def _has_room(self, topic: str, entities: int, size: int, part: int) -> bool:
        usage, seen, limits = self.usage_of(topic), self._seen.get(topic, NONE), self.limits
        living = usage.living + entities
        size += usage.bytes + entities * SUBJECT_BYTES
        return (
            living - seen.living <= (limits.entities - seen.living) // part
            and size - seen.bytes <= (limits.bytes - seen.bytes) // part
        )

    def _beyond(self, topic: str, added: Usage) -> Obstacle:
        usage, limits = self.usage_of(topic).plus(added), self.limits
        if usage.living >= limits.entities:
            what = f"{usage.living} living entities, and {limits.entities} are the limit"
        else:
            what = f"{usage.bytes} bytes, and {limits.bytes} are the limit"
        return Obstacle(ObstacleKind.EXCESS, f"the topic has {what}")

    def _is_full(self, event: StateEvent, added: Usage) -> bool:
        """Whether no more entities may be known, or no more may live."""
        usage = self.usage_of(event.topic).plus(added)
        if usage.bytes >= self.limits.bytes:
            return True
        return isinstance(event.after, View) and usage.living >= self.limits.entities


def _counts_for_nothing(event: StateEvent, lives: bool | None) -> bool:  # noqa: FBT001  of three
    """Whether it is a change or an end of what is known: those always apply."""
    return lives is True or (lives is not None and isinstance(event.after, Ended))
