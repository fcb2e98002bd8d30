"""Retries of parked changes: when their time has come, or what they wait for has."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.consumer.changes import change_of, has_effects
from intercoop_chassis.consumer.effects import Effects
from intercoop_chassis.consumer.limits.upkeep import Upkeep
from intercoop_chassis.consumer.limits.usage import NOTHING, Added, UsageByTopic, count
from intercoop_chassis.consumer.parking.classification import obstacle_of
from intercoop_chassis.consumer.parking.parked import (
    WOKEN_AT_ONCE,
    Parked,
    heal,
    next_due,
    postpone,
    topics_due,
    wake_waiting,
)
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.postgres import Database, Transaction, is_transient
from intercoop_chassis.waiting import pause
from intercoop_chassis.wire.decoding import UndecodableError
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Poison, StateEvent
from intercoop_contracts.envelope import EnvelopeError, read_envelope

POLL_S = 1.0
LONGEST_POLL_S = 5.0
_OF_A_TURN: Final = 20
_OF_A_ROUND: Final = 1000
_ROUND_S: Final = 30.0
_DAMAGED: Final = Obstacle(ObstacleKind.UNREADABLE, "what was kept of it cannot be read")

log = structlog.get_logger()


class Retries:
    """Applies parked changes of one service that can go on."""

    def __init__(
        self, service: str, db: Database, reader: Reader, effects: Effects, backoff: Backoff
    ) -> None:
        self._service = service
        self._db = db
        self._reader = reader
        self._effects = effects
        self._backoff = backoff
        self.upkeep = Upkeep(db, effects.quotas)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """What a parked change waited for has been applied."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Retry what is due until `stop`; a database that is away is waited for."""
        poll_s = POLL_S
        while not stop.is_set():
            self._woken.clear()
            try:
                moved = await self.all_due(stop)
                moved = await self.upkeep.look_in_time() or moved
            except Exception as error:
                if not is_transient(error):
                    raise
                log.info("retries_wait", error=repr(error))
                moved = False
            if moved and self.upkeep.is_due:
                continue
            poll_s = POLL_S if moved else min(poll_s * 1.5, LONGEST_POLL_S)
            await pause(self._woken, poll_s)

    async def all_due(self, stop: asyncio.Event) -> bool:
        """Retry what is due, a few of each topic in turn; returns whether there was any.

        However much is due in one topic, the others have their turns, and after a thousand changes
        or half a minute whatever else has to be done.
        """
        moved = await self._wake_the_others(stop)
        left, until = _OF_A_ROUND, time.monotonic() + _ROUND_S
        while left > 0 and time.monotonic() < until and not stop.is_set():
            tried = 0
            for topic in await self._topics_due():
                tried += await self._turn(topic, stop)
            if not tried:
                return moved
            left, moved = left - tried, True
        return moved

    async def _topics_due(self) -> Sequence[str]:
        async with self._db.statement() as tx:
            return await topics_due(datetime.now(UTC), tx)

    async def _turn(self, topic: str, stop: asyncio.Event) -> int:
        """Retry a few of a topic; returns how many were due."""
        tried = 0
        while tried < _OF_A_TURN and not stop.is_set() and await self._next(topic):
            tried += 1
        return tried

    async def _wake_the_others(self, stop: asyncio.Event) -> bool:
        """Wake what waits for an arrival beside the first thousand, a thousand at a time."""
        asleep, moved = self._effects.still_asleep, False
        while asleep and not stop.is_set():
            arrived, at = asleep[0]
            async with self._db.transaction() as tx:
                woken = await wake_waiting(arrived, at, tx)
            if woken < WOKEN_AT_ONCE:
                asleep.pop(0)
            moved = True
        return moved

    async def _next(self, topic: str) -> bool:
        due: Parked | None = None

        async def work() -> UsageByTopic:
            nonlocal due
            due = None
            async with self._db.transaction() as tx:
                due = await next_due(topic, datetime.now(UTC), tx)
                return NOTHING if due is None else await self._apply(due, tx)

        try:
            self._effects.quotas.note(await self._backoff.retry(work))
        except Exception as error:
            if due is None:
                raise
            await self._postpone(due, error)
            return True
        if due is None:
            return False
        telemetry.RETRIES.labels(self._service, "healed").inc()
        log.info("parked_change_applied", topic=due.topic, subject=due.subject)
        return True

    async def _apply(self, due: Parked, tx: Transaction) -> UsageByTopic:
        event = self._read(due)
        self._effects.quotas.expect_room(event, lives=due.lives)
        known = await heal(event, tx)
        if known is None:
            return NOTHING
        change = change_of(event, known.before(event.stream), is_news=due.is_news)
        added = Added()
        added.count(event, known.value_before, change.before)
        await count(added.by_topic(), tx)
        if has_effects(event, change.before):
            await self._effects.apply_parked(change, tx)
        reach(Step.RETRY_APPLIED)
        return added.by_topic()

    def _read(self, due: Parked) -> StateEvent:
        """Read what was kept. Raises `UndecodableError`: one row that is damaged ends nothing."""
        try:
            record = due.record
            outcome = self._reader.decode(record, read_envelope(record.headers))
        except (EnvelopeError, ValueError) as error:
            log.warning("parked_change_damaged", topic=due.topic, subject=due.subject)
            raise UndecodableError(_DAMAGED) from error
        if isinstance(outcome, Poison):
            raise UndecodableError(outcome.obstacle)
        return outcome

    async def _postpone(self, due: Parked, error: Exception) -> None:
        obstacle = obstacle_of(error)
        telemetry.RETRIES.labels(self._service, "postponed").inc()
        async with self._db.transaction() as tx:
            await postpone(due, obstacle, tx)
