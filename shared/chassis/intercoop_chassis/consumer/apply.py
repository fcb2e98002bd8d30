"""Applying a poll, from its records to their effects. `Applier.apply` is read from top to bottom.

Admit, fold, park what is poison; then commit chunk after chunk in the order of locks, the last one
with the offsets; where a chunk fails, commit its changes alone, and park the one at fault.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Applied, Effects
from intercoop_chassis.consumer.folding import fold
from intercoop_chassis.consumer.owners import KnownOwners
from intercoop_chassis.consumer.parking.classification import obstacle_of
from intercoop_chassis.consumer.parking.parked import park
from intercoop_chassis.consumer.plausibility import refuse_implausible
from intercoop_chassis.consumer.reports import report_applied, report_refused
from intercoop_chassis.consumer.sizing import TimeBudget, TooLongError
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.wire.obstacle import Obstacle
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.streams import Key

AtCommit = Callable[[Transaction], Awaitable[None]]
"""What is written at the end of a transaction."""

_SIDE_BY_SIDE: Final = 3
"""Transactions of a poll at once, of the connections that a service has."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Poll:
    """What each transaction of a poll needs: its records, and whether it may still begin."""

    records: Mapping[Key, KafkaRecord]
    is_assigned: Callable[[], bool]

    def expect_assigned(self) -> None:
        """Raise `RevokedError`: a member that goes on after a revocation holds up the rebalance."""
        if not self.is_assigned():
            raise offsets.RevokedError("its partitions were revoked")


class Applier:
    """Makes a poll's changes known in this service, with their effects and offsets."""

    def __init__(
        self, db: Database, reader: Reader, effects: Effects, backoff: Backoff, *, service: str
    ) -> None:
        self._service = service
        self._owners = KnownOwners(effects.horizon.owner, db, backoff)
        self._db = db
        self._reader = reader
        self._effects = effects
        self._backoff = backoff

    async def apply(
        self,
        records: Sequence[KafkaRecord],
        stored: offsets.StoredOffsets,
        is_assigned: Callable[[], bool],
    ) -> bool:
        """Apply a poll, and store the offsets after it with its last chunk.

        It ends behind a transaction when its partitions are revoked. Returns whether a parked
        change may now go on. Raises what is transient when it lasts, and `OffsetsChangedError`
        where the database stores other offsets than it did, where it is another, and where the rest
        is another member's.
        """
        telemetry.RECEIVED.labels(self._service).inc(len(records))
        admission = await self._owners.refuse_twins(self._reader.admit(records))
        admission = await refuse_implausible(admission, self._db, self._backoff)
        report_refused(self._service, admission.refused)
        folded = fold(admission, self._reader)
        for poison in folded.poison:
            await self._park(poison, poison.record, poison.obstacle)
        offsets_after = offsets.after(records)

        async def store_offsets(tx: Transaction) -> None:
            await offsets.write(stored, offsets_after, tx)
            reach(Step.WORKER_OFFSETS_WRITTEN)

        poll = _Poll(folded.records, is_assigned)
        events = self._effects.in_lock_order(folded.events)
        woken = await self._commit_in_chunks(events, poll, store_offsets)
        stored.known.update(offsets_after)
        return woken

    async def _commit_in_chunks(
        self, events: Sequence[StateEvent], poll: _Poll, store_offsets: AtCommit
    ) -> bool:
        """Commit chunk after chunk, the last one with the offsets; smaller where it is slow."""
        woken, size = False, self._effects.size
        while True:
            chunk, rest = events[: size.current], events[size.current :]
            try:
                if not rest:
                    return await self._commit_chunk(chunk, poll, store_offsets) or woken
                if self._effects.may_overlap:
                    await self._commit_side_by_side(events, len(chunk), poll)
                    rest = ()
                else:
                    woken = await self._commit_chunk(chunk, poll) or woken
                events = rest
            except TooLongError:
                log.info("fewer_at_once", changes=len(chunk), next=size.current)

    async def _commit_side_by_side(
        self, events: Sequence[StateEvent], size: int, poll: _Poll
    ) -> None:
        """Write a chunk while PostgreSQL works on others; without reactions, none waits for one."""
        slots = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def commit(chunk: Sequence[StateEvent]) -> None:
            async with slots:
                await self._commit_chunk(chunk, poll)

        chunks = (events[start : start + size] for start in range(0, len(events), size))
        outcomes = await asyncio.gather(*map(commit, chunks), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _commit_chunk(
        self, chunk: Sequence[StateEvent], poll: _Poll, at_commit: AtCommit | None = None
    ) -> bool:
        """Commit a chunk whole; where that fails, each of its changes alone."""
        poll.expect_assigned()
        try:
            return await self._commit(chunk, at_commit)
        except (offsets.OffsetsChangedError, TooLongError):
            raise
        except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
            obstacle = obstacle_of(error)
            log.info("chunk_split", changes=len(chunk), kind=obstacle.kind, reason=obstacle.reason)
        woken = [await self._commit_alone(event, poll) for event in chunk]
        await self._commit((), at_commit)
        return any(woken)

    async def _commit_alone(self, event: StateEvent, poll: _Poll) -> bool:
        """Commit one change; where that fails, park it."""
        poll.expect_assigned()
        try:
            return await self._commit((event,), None)
        except offsets.OffsetsChangedError:
            raise
        except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
            await self._park(event, poll.records[event.key], obstacle_of(error))
        return False

    async def _commit(self, events: Sequence[StateEvent], at_commit: AtCommit | None) -> bool:
        """One transaction, tried again while the database is at fault: replica, effects, offsets.

        Where it stores no offsets it asks whose database this is.
        """
        at_commit = at_commit or self._effects.horizon.expect_database

        async def transaction() -> Applied:
            budget: TimeBudget | None = None
            try:
                async with self._db.transaction() as tx:
                    budget = self._effects.size.begin(len(events))
                    applied = await self._effects.apply(events, tx, budget)
                    await at_commit(tx)
            except Exception as error:
                if budget and is_transient(error):
                    budget.check()  # PostgreSQL may have ended it for the time that it took
                raise
            budget.committed()
            return applied

        applied = await self._backoff.retry(transaction)
        reach(Step.WORKER_COMMITTED)
        report_applied(self._service, events, applied.changes)
        return applied.woke_parked

    async def _park(
        self, item: StateEvent | Poison, record: KafkaRecord, obstacle: Obstacle
    ) -> None:
        horizon = self._effects.horizon
        since = horizon.since_in(record.topic)

        async def transaction() -> bool:
            async with self._db.transaction() as tx:
                parked = await park(item, record, obstacle, since, tx)
                await horizon.expect_database(tx)
                reach(Step.WORKER_PARKED)
                return parked

        if await self._backoff.retry(transaction):
            topic, subject = item.key
            log.warning(
                "change_parked",
                topic=topic,
                subject=subject,
                kind=obstacle.kind,
                reason=obstacle.reason,
            )
