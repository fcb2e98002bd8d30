"""Parking in bulk: what a poll cannot apply is kept together, as far as its owners' limits go."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Final

import structlog

from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.follows import Horizon
from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Quotas
from intercoop_chassis.consumer.limits.usage import NONE, NOTHING, AtCommit, Usage
from intercoop_chassis.consumer.parking.keeping import Unapplied, park_all
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database
from intercoop_chassis.wire.obstacle import Obstacle
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.streams import Key, owner_of

_ROWS: Final = 1000
_BYTES: Final = 8 * 2**20
"""What a statement takes, or one record more."""
_LINES: Final = 10
"""Changes that are named one by one in the log, of a stream and kind; the others are counted."""

log = structlog.get_logger()


class BulkParking:
    """Parks what cannot be applied. Beyond its owner's limit a change is counted and not kept.

    Its topic is incomplete then, and is read again when there is room.
    """

    def __init__(self, db: Database, horizon: Horizon, quotas: Quotas, backoff: Backoff) -> None:
        self._db = db
        self._horizon = horizon
        self._quotas = quotas
        self._backoff = backoff

    def unapplied(
        self, item: StateEvent | Poison, record: KafkaRecord, obstacle: Obstacle
    ) -> Unapplied:
        """A change that has to wait."""
        return Unapplied.of(item, record, obstacle, self._horizon.since_in(record.topic))

    async def park(self, unapplied: Sequence[Unapplied], at_commit: AtCommit | None = None) -> None:
        """Park these, in as few transactions as they fit in; at most one of each subject.

        The last transaction, if there is any, ends with `at_commit`.
        """
        batches = _batches(unapplied)
        for number, some in enumerate(batches, start=1):
            await self._park(some, at_commit if number == len(batches) else None)

    async def _make_sure(self, some: Sequence[Unapplied]) -> None:
        """Read again what owners have parked who may have too much."""
        room = self._room(some)
        for each in some:
            room[owner_of(each.topic)] -= each.bytes
        topics = self._quotas.topics_of(owner for owner, left in room.items() if left < 0)
        if topics:
            found = await self._backoff.read(partial(usage.read, topics=topics))
            self._quotas.replace(found, topics)

    def _part(self, some: Sequence[Unapplied]) -> tuple[list[Unapplied], Counter[str]]:
        """What is kept, and how many of each topic are not."""
        kept: list[Unapplied] = []
        skipped: Counter[str] = Counter()
        room = self._room(some)
        for each in some:
            if each.bytes > room[owner_of(each.topic)]:
                skipped[each.topic] += 1
            else:
                room[owner_of(each.topic)] -= each.bytes
                kept.append(each)
        return kept, skipped

    async def _park(self, some: Sequence[Unapplied], at_commit: AtCommit | None = None) -> None:
        """One transaction. Where it stores no offsets it asks whose database this is."""
        await self._make_sure(some)
        kept, skipped = self._part(some)
        at_commit = at_commit or self._horizon.expect_database

        async def transaction() -> dict[Key, int]:
            async with self._db.transaction() as tx:
                parked = await park_all(kept, tx)
                await usage.skip(skipped, tx)
                await at_commit(tx, NOTHING)
                reach(Step.WORKER_PARKED)
                return parked

        parked = await self._backoff.retry(transaction)
        self._note(parked, skipped)
        _report([each for each in kept if each.item.key in parked], skipped)

    def _note(self, parked: dict[Key, int], skipped: Counter[str]) -> None:
        added = {topic: Usage(skipped=number) for topic, number in skipped.items()}
        for (topic, _), size in parked.items():
            added[topic] = added.get(topic, NONE).plus(Usage(parked=size))
        self._quotas.note(added)

    def _room(self, some: Iterable[Unapplied]) -> dict[str, int]:
        owners = {owner_of(each.topic) for each in some}
        return {owner: self._quotas.parking_room(owner) for owner in owners}


def _batches(unapplied: Sequence[Unapplied]) -> list[list[Unapplied]]:
    batches: list[list[Unapplied]] = []
    size = 0
    for each in unapplied:
        if not batches or len(batches[-1]) == _ROWS or size > _BYTES:
            batches.append([])
            size = 0
        batches[-1].append(each)
        size += each.bytes
    return batches


def _report(parked: Sequence[Unapplied], skipped: Counter[str]) -> None:
    for (topic, kind), group in groupby(sorted(parked, key=_place), key=_place):
        alike = list(group)
        for each in alike[:_LINES]:
            log.warning(
                "change_parked",
                topic=topic,
                subject=each.item.envelope.subject,
                kind=kind,
                reason=each.obstacle.reason,
            )
        if len(alike) > _LINES:
            log.warning("changes_parked", topic=topic, kind=kind, more=len(alike) - _LINES)
    for topic, number in skipped.items():
        log.warning("changes_skipped", topic=topic, changes=number)


def _place(unapplied: Unapplied) -> tuple[str, str]:
    return unapplied.topic, unapplied.obstacle.kind
