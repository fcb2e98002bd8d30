"""Applying a poll: chunk by chunk, and change by change where a chunk cannot be applied whole."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.chunks import Applied, Chunks
from intercoop_chassis.consumer.pace import TooLongError, Turn
from intercoop_chassis.consumer.parking import Obstacle, park
from intercoop_chassis.consumer.patience import Patience, StubbornError
from intercoop_chassis.consumer.records import Poison, Poll, Reader, Record, Refusal, StateEvent
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.replica import seen_versions
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP

Also = Callable[[Transaction], Awaitable[None]]

_SIDE_BY_SIDE: Final = 3
"""Transactions of a poll at once, of the connections that a service has."""

log = structlog.get_logger()


def obstacle_of(error: Exception) -> Obstacle:
    """Say why a change cannot be applied. Raises the error again when it is transient."""
    if is_transient(error):
        raise error
    if isinstance(error, NotYetError):
        return Obstacle(str(error), error.waits_for)
    if isinstance(error, StubbornError):
        return Obstacle(str(error))
    return Obstacle(f"{type(error).__name__}: {error}")


class Applier:
    """Makes a poll's changes known in this service, with their effects and offsets."""

    def __init__(
        self, db: Database, reader: Reader, chunks: Chunks, patience: Patience, *, service: str
    ) -> None:
        self._service = service
        self._db = db
        self._reader = reader
        self._chunks = chunks
        self._patience = patience

    async def apply(self, poll: Poll, ledger: offsets.Ledger, positions: offsets.Positions) -> bool:
        """Apply a poll; `positions` is stored with its last chunk, or after all of them.

        It ends behind a transaction when it is not wanted any more. Returns whether a parked change
        may now go on. Raises what is transient when it lasts, and `PlaceError` where the database
        has other positions than it had, where it is another, and where the rest is not wanted.
        """
        telemetry.RECEIVED.labels(self._service).inc(poll.received)
        await self._refuse_implausible(poll)
        self._report(poll.refused)
        self._reader.fold(poll)
        for poison in poll.poison:
            await self._park(poison, poison.record, Obstacle(poison.reason))

        async def with_offsets(tx: Transaction) -> None:
            await offsets.write(ledger, positions, tx)
            reach(Step.WORKER_OFFSETS_WRITTEN)

        woken = await self._apply_chunks(poll, with_offsets)
        ledger.known.update(positions)
        return woken

    async def _apply_chunks(self, poll: Poll, with_offsets: Also) -> bool:
        left, woken = self._chunks.in_order(poll.events), False
        while True:
            size = self._chunks.size
            try:
                if len(left) <= size:
                    return await self._apply_chunk(left, poll, with_offsets) or woken
                if self._chunks.side_by_side:
                    await self._apply_side_by_side(left, size, poll)
                    left = ()
                else:
                    woken = await self._apply_chunk(left[:size], poll, None) or woken
                    left = left[size:]
            except TooLongError:
                log.info("fewer_at_once", changes=min(len(left), size), next=self._chunks.size)

    async def _apply_side_by_side(
        self, events: Sequence[StateEvent], size: int, poll: Poll
    ) -> None:
        """Write one while PostgreSQL works on another. Nothing can wait where nothing reacts."""
        some = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def apply(chunk: Sequence[StateEvent]) -> bool:
            async with some:
                return await self._apply_chunk(chunk, poll, None)

        chunks = (events[start : start + size] for start in range(0, len(events), size))
        outcomes = await asyncio.gather(*map(apply, chunks), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _apply_chunk(
        self, chunk: Sequence[StateEvent], poll: Poll, also: Also | None
    ) -> bool:
        _expect_wanted(poll)
        try:
            return await self._commit(chunk, also)
        except (offsets.PlaceError, TooLongError):
            raise
        except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
            log.info("chunk_split", changes=len(chunk), reason=obstacle_of(error).kind)
        woken = [await self._apply_alone(event, poll) for event in chunk]
        await self._commit((), also)
        return any(woken)

    async def _apply_alone(self, event: StateEvent, poll: Poll) -> bool:
        _expect_wanted(poll)
        try:
            return await self._commit((event,), None)
        except offsets.PlaceError:
            raise
        except Exception as error:  # noqa: BLE001  whatever a subscriber raises parks its change
            obstacle = obstacle_of(error)
            await self._park(event, poll.records[event.key], obstacle)
        return False

    async def _commit(self, events: Sequence[StateEvent], also: Also | None) -> bool:
        async def work() -> Applied:
            turn: Turn | None = None
            try:
                async with self._db.transaction() as tx:
                    turn = self._chunks.begin(len(events))
                    applied = await self._chunks.apply(events, tx, turn)
                    await (also or self._chunks.at_home)(tx)
            except Exception as error:
                if turn and is_transient(error):
                    turn.look()
                raise
            turn.end()
            return applied

        applied = await self._patience(work)
        reach(Step.WORKER_COMMITTED)
        self._chunks.measure(events, applied)
        return applied.woke_parked

    async def _park(self, item: StateEvent | Poison, record: Record, obstacle: Obstacle) -> None:
        since = self._chunks.since(record.topic)

        async def work() -> bool:
            async with self._db.transaction() as tx:
                parked = await park(item, record, obstacle, since, tx)
                await self._chunks.at_home(tx)
                reach(Step.WORKER_PARKED)
                return parked

        if await self._patience(work):
            topic, subject = item.key
            log.warning("change_parked", topic=topic, subject=subject, reason=obstacle.kind)

    async def _refuse_implausible(self, poll: Poll) -> None:
        """Refuse a version that jumps too far: it would block its subject for good."""
        suspects = [one for one in poll.admitted if one[0].sequence > IMPLAUSIBLE_JUMP]
        for suspect in suspects:
            envelope, record = suspect

            async def seen(topic: str = record.topic, subject: str = envelope.subject) -> int:
                async with self._db.read() as tx:
                    return (await seen_versions(topic, [subject], tx)).get(subject, 0)

            known = await self._patience(seen)
            if envelope.sequence - known > IMPLAUSIBLE_JUMP:
                poll.refuse(suspect, "version", f"jumps from {known}")

    def _report(self, refused: Sequence[Refusal]) -> None:
        for one in refused:
            telemetry.REFUSED.labels(self._service, one.reason).inc()
            log.warning(
                "record_refused",
                topic=one.topic,
                partition=one.partition,
                offset=one.offset,
                reason=one.reason,
                detail=one.detail,
            )


def _expect_wanted(poll: Poll) -> None:
    """Before each transaction: who goes on with another's records holds up the group."""
    if not poll.is_wanted():
        raise offsets.NotWantedError("its partitions were given away")
