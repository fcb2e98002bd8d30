"""A chunk: state events that are applied in one transaction, with all their effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.follows import Horizon
from intercoop_chassis.consumer.pace import Pace, Turn
from intercoop_chassis.consumer.parking import clear_parked, wake_waiting
from intercoop_chassis.consumer.records import StateEvent
from intercoop_chassis.errors import waits_for
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import Advanced, advance
from intercoop_chassis.subscribers import AnyChange, Subscribers, Subscription
from intercoop_chassis.tracing import Trace, bind_trace
from intercoop_contracts.streams import parse_topic

PROJECTED_AT_ONCE = 1000
REACTED_AT_ONCE = 200
_TRACES_A_LINE = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a chunk changed: how many changes, and whether a parked one may now go on."""

    changes: int
    woke_parked: bool


class Chunks:
    """Says what may share a transaction, and applies it."""

    def __init__(self, service: str, subscribers: Subscribers, horizon: Horizon) -> None:
        self._service = service
        self._subscribers = subscribers
        self._horizon = horizon
        self._pace = Pace(REACTED_AT_ONCE if subscribers.react else PROJECTED_AT_ONCE)

    @property
    def size(self) -> int:
        """How many changes the next chunk has, at most."""
        return self._pace.size

    @property
    def side_by_side(self) -> bool:
        """Whether chunks of a poll may be applied at once: no reaction locks what another needs."""
        return not self._subscribers.react

    def begin(self, changes: int) -> Turn:
        """A transaction of so many changes begins."""
        return self._pace.begin(changes)

    def in_order(self, events: Sequence[StateEvent]) -> Sequence[StateEvent]:
        """Sort by the aggregate that reactions lock, so that two workers do not deadlock."""
        return sorted(events, key=self._place) if self._subscribers.react else events

    async def apply(self, events: Sequence[StateEvent], tx: Transaction, turn: Turn) -> Applied:
        """Advance the replica, and call subscribers with what is fresh. Older versions fall away.

        Raises whatever a subscriber raises, and `TooLongError` where fewer should be applied at
        once; the caller rolls back.
        """
        if not events:
            return Applied(0, woke_parked=False)
        fresh = await advance(events, tx)
        changes = [self._change(event, fresh[event.key]) for event in events if event.key in fresh]
        if not changes:
            return Applied(0, woke_parked=False)
        reach(Step.WORKER_ADVANCED)
        await clear_parked([key for key, known in fresh.items() if known.was_parked], tx)
        woke_parked = await self._effects(changes, tx, turn)
        reach(Step.WORKER_AFFECTED)
        return Applied(len(changes), woke_parked)

    async def effects(self, change: AnyChange, tx: Transaction) -> bool:
        """Call subscribers with a change that stands alone; returns whether a parked one waited."""
        return await self._effects([change], tx, self.begin(1))

    async def _effects(self, changes: Sequence[AnyChange], tx: Transaction, turn: Turn) -> bool:
        """Call projections with all changes of a stream, then reactions in the order of locks.

        Returns whether a parked change waited for one of these.
        """
        for stream_id, group in groupby(
            sorted(changes, key=lambda one: one.stream.id), key=lambda one: one.stream.id
        ):
            of_stream = list(group)
            for projection in self._subscribers[stream_id].projections:
                turn.look()
                await projection.project(of_stream, tx)
        if not self._subscribers.react:
            return False
        for done, change in enumerate(changes):
            turn.look(done)
            await self._react(self._subscribers[change.stream.id], change, tx)
        arrived = [waits_for(change.stream.id, change.subject) for change in changes]
        return await wake_waiting(arrived, tx) > 0

    def since(self, topic: str) -> datetime:
        """Since when this service reads a topic's stream: earlier changes are history."""
        name = parse_topic(topic)
        return self._horizon.since(name.stream_id, name.owner) if name else datetime.now(UTC)

    async def at_home(self, tx: Transaction) -> None:
        """Say that this is the session's database: in another, all that it reads is history.

        A database may be made anew in the middle of a poll. What stores no offsets asks this, or
        `since` would be the old one's. Raises `PlaceLostError`, so that the transaction rolls back.
        """
        await offsets.expect(self._horizon.lineage, tx)

    def measure(self, events: Sequence[StateEvent], applied: Applied) -> None:
        """Count and log a committed chunk, with the traces that led to it."""
        if not applied.changes:
            return
        oldest = min(event.envelope.time for event in events)
        telemetry.CHUNK.labels(self._service).observe(applied.changes)
        telemetry.FRESHNESS.labels(self._service).observe(
            max(0.0, (datetime.now(UTC) - oldest).total_seconds())
        )
        for stream_id in {event.stream.id for event in events}:
            count = sum(event.stream.id == stream_id for event in events)
            telemetry.APPLIED.labels(self._service, stream_id).inc(count)
        log.info(
            "changes_applied",
            changes=applied.changes,
            subjects=[event.envelope.subject for event in events[:_TRACES_A_LINE]],
            traces=_trace_ids(events[:_TRACES_A_LINE]),
        )

    async def _react(self, subscription: Subscription, change: AnyChange, tx: Transaction) -> None:
        cause = change.cause
        with bind_trace(cause.traceparent, correlation=cause.correlation_id, cause=cause.event_id):
            for reaction in subscription.reactions:
                await reaction.react(change, tx)

    def _change(self, event: StateEvent, known: Advanced) -> AnyChange:
        envelope = event.envelope
        unseen = envelope.sequence > known.seen_before
        since = self._horizon.since(event.stream.id, event.owner)
        return event.change(known.before(event.stream), is_news=unseen and envelope.time > since)

    def _place(self, event: StateEvent) -> tuple[str, str, str]:
        subscription = self._subscribers[event.stream.id]
        return subscription.lock_key(event.envelope.subject, event.after), *event.key


def _trace_ids(events: Sequence[StateEvent]) -> list[str]:
    traces = (Trace.parse(event.envelope.traceparent) for event in events)
    return [trace.trace_id for trace in traces if trace]
