"""Committing the changes of a poll: chunk after chunk, and around what cannot be applied.

A chunk that fails is committed in parts. Where the reactions to one change failed, these are what
came before it and what comes after; otherwise its halves, until one change stands alone.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.effects import Applied, Effects, Progress
from intercoop_chassis.consumer.limits.usage import AtCommit
from intercoop_chassis.consumer.parking.bulk import BulkParking
from intercoop_chassis.consumer.parking.classification import obstacle_of
from intercoop_chassis.consumer.parking.keeping import Unapplied
from intercoop_chassis.consumer.reports import report_applied
from intercoop_chassis.consumer.sizing import TimeBudget, TooLongError
from intercoop_chassis.consumer.splitting import (
    SET_ASIDE,
    Events,
    Failure,
    Failures,
    Suspects,
    halves,
)
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import Database, is_transient
from intercoop_contracts.streams import Key

_SIDE_BY_SIDE: Final = 3
"""Transactions of a poll at once, of the connections that a service has."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Poll:
    """What each transaction of a poll needs: its records, and whether it may still begin.

    Also how many changes of each topic have failed in it.
    """

    records: Mapping[Key, KafkaRecord]
    is_assigned: Callable[[], bool]
    failures: Failures = field(default_factory=Failures)

    def expect_assigned(self) -> None:
        """Raise `RevokedError`: a member that goes on after a revocation holds up the rebalance."""
        if not self.is_assigned():
            raise offsets.RevokedError("its partitions were revoked")


class Committer:
    """Commits changes with their effects, and parks those that cannot be applied."""

    def __init__(
        self,
        db: Database,
        effects: Effects,
        parking: BulkParking,
        backoff: Backoff,
        *,
        service: str,
    ) -> None:
        self._service = service
        self._db = db
        self._effects = effects
        self._parking = parking
        self._backoff = backoff
        self._suspects = Suspects()

    async def commit(self, events: Events, poll: Poll, at_commit: AtCommit | None = None) -> bool:
        """Commit all changes of a poll, with `at_commit` at the end of the last transaction.

        Topics whose changes failed lately share no transaction with others. Returns whether a
        parked change may now go on.
        """
        sound, suspect = self._suspects.part(self._effects.in_lock_order(events))
        woken = False
        if sound and suspect:
            woken = await self._in_chunks(sound, poll)
        return await self._in_chunks(suspect or sound, poll, at_commit) or woken

    async def _in_chunks(
        self, events: Events, poll: Poll, at_commit: AtCommit | None = None
    ) -> bool:
        """Commit chunk after chunk, `at_commit` with the last; smaller where it is slow."""
        woken, size = False, self._effects.size
        while True:
            chunk, rest = events[: size.current], events[size.current :]
            try:
                if not rest:
                    return await self._commit_chunk(chunk, poll, at_commit) or woken
                if self._effects.may_overlap:
                    await self._commit_side_by_side(events, len(chunk), poll)
                    rest = ()
                else:
                    woken = await self._commit_chunk(chunk, poll) or woken
                events = rest
            except TooLongError:
                log.info("fewer_at_once", changes=len(chunk), next=size.current)

    async def _commit_side_by_side(self, events: Events, size: int, poll: Poll) -> None:
        """Write a chunk while PostgreSQL works on others; without reactions, none waits for one."""
        slots = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def commit(chunk: Events) -> None:
            async with slots:
                await self._commit_chunk(chunk, poll)

        chunks = (events[start : start + size] for start in range(0, len(events), size))
        outcomes = await asyncio.gather(*map(commit, chunks), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _commit_chunk(
        self, chunk: Events, poll: Poll, at_commit: AtCommit | None = None
    ) -> bool:
        """Commit a chunk whole; where that fails, what is sound of it."""
        if not chunk and at_commit is None:
            return False
        poll.expect_assigned()
        chunk, hopeless = poll.failures.part(chunk)
        aside, progress = await self._set_aside(hopeless, poll), Progress()
        try:
            return await self._commit(chunk, at_commit, progress) or aside
        except (offsets.OffsetsChangedError, TooLongError):
            raise
        except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
            failure = Failure(obstacle_of(error), progress.reacting)
        woken = await self._commit_around(failure, chunk, poll)
        if at_commit:
            await self._commit((), at_commit, progress)
        return woken or aside

    async def _commit_around(self, failure: Failure, chunk: Events, poll: Poll) -> bool:
        """Commit a chunk that fails in parts, and park what is at fault together."""
        woken, unapplied = False, list[Unapplied]()
        parts = deque(self._split(failure, chunk, unapplied, poll))
        while parts:
            poll.expect_assigned()
            (part, hopeless), progress = poll.failures.part(parts.popleft()), Progress()
            woken = await self._set_aside(hopeless, poll) or woken
            if not part:
                continue
            try:
                woken = await self._commit(part, None, progress) or woken
            except offsets.OffsetsChangedError:
                raise
            except TooLongError:
                parts.extendleft(reversed(halves(part)))
            except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
                failure = Failure(obstacle_of(error), progress.reacting)
                parts.extendleft(reversed(self._split(failure, part, unapplied, poll)))
        await self._parking.park(unapplied)
        return woken

    def _split(
        self, failure: Failure, events: Events, unapplied: list[Unapplied], poll: Poll
    ) -> Sequence[Events]:
        """What may succeed of these; the one at fault, where it is known, is to be parked."""
        parts, at_fault = failure.split(events)
        log.info("chunk_split", changes=len(events), kind=failure.obstacle.kind, parts=len(parts))
        if at_fault:
            self._suspects.add(at_fault.topic)
            poll.failures.add(at_fault.topic, poll.records)
            record = poll.records[at_fault.key]
            unapplied.append(self._parking.unapplied(at_fault, record, failure.obstacle))
        return parts

    async def _set_aside(self, hopeless: Events, poll: Poll) -> bool:
        """Park what shares its topic with many that failed: it is retried beside the polls."""
        await self._parking.park(
            [
                self._parking.unapplied(event, poll.records[event.key], SET_ASIDE)
                for event in hopeless
            ]
        )
        return bool(hopeless)

    async def _commit(self, events: Events, at_commit: AtCommit | None, progress: Progress) -> bool:
        """One transaction, tried again while the database is at fault: replica, effects, offsets.

        Where it stores no offsets it asks whose database this is.
        """
        at_commit = at_commit or self._effects.horizon.expect_database

        async def transaction() -> Applied:
            budget: TimeBudget | None = None
            progress.reacting = None
            try:
                async with self._db.transaction() as tx:
                    budget = self._effects.size.begin(len(events))
                    applied = await self._effects.apply(events, tx, budget, progress)
                    await at_commit(tx, applied.added)
            except Exception as error:
                if budget and is_transient(error):
                    budget.check()  # PostgreSQL may have ended it for the time that it took
                raise
            budget.committed()
            return applied

        applied = await self._backoff.retry(transaction)
        reach(Step.WORKER_COMMITTED)
        self._effects.quotas.note(applied.added)
        report_applied(self._service, events, applied.changes)
        return applied.woke_parked
