"""The effects of changes: what one transaction does to the replica, projections and reactions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from intercoop_chassis.consumer.advancing import Advanced, advance
from intercoop_chassis.consumer.changes import change_of, has_effects
from intercoop_chassis.consumer.follows import Horizon
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Quotas
from intercoop_chassis.consumer.limits.usage import NOTHING, Added, UsageByTopic
from intercoop_chassis.consumer.parking.parked import WOKEN_AT_ONCE, clear_parked, wake_waiting
from intercoop_chassis.consumer.sizing import ChunkSize, TimeBudget
from intercoop_chassis.errors import waits_for
from intercoop_chassis.failpoints import Step, reach
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import AnyChange, Subscribers, Subscription
from intercoop_chassis.tracing import bind_trace
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Key

PROJECTED_AT_ONCE = 1000
REACTED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """What a chunk changed: how many changes, whether a parked one may now go on, what it added."""

    changes: int
    woke_parked: bool
    added: UsageByTopic = field(default_factory=dict)


@dataclass(slots=True)
class Progress:
    """How far a transaction came: the change whose reactions ran when it failed, if they did."""

    reacting: AnyChange | None = None


class Effects:
    """What a service's subscribers do with changes, since its horizon; `size` says how many.

    `quotas` says of how many entities of each owner; without them, of any.
    """

    def __init__(
        self, subscribers: Subscribers, horizon: Horizon, quotas: Quotas | None = None
    ) -> None:
        self._subscribers = subscribers
        self._addressed = frozenset(
            one.stream.id for one in subscribers.all if one.takes_only_addressed
        )
        self.horizon = horizon
        self.quotas = quotas or Quotas(UNLIMITED, horizon.owner, NOTHING)
        self.still_asleep: list[tuple[Sequence[str], datetime]] = []
        self.size = ChunkSize(REACTED_AT_ONCE if subscribers.react else PROJECTED_AT_ONCE)

    @property
    def may_overlap(self) -> bool:
        """Whether chunks of a poll may be applied at once: no reaction locks what another needs."""
        return not self._subscribers.react

    def is_of_no_concern(self, event: StateEvent) -> bool:
        """Whether it is addressed to others, and nothing is done with it unless it is known."""
        if event.stream.id not in self._addressed:
            return False
        return not self._subscribers[event.stream.id].is_for(event.after, self.horizon.owner)

    def in_lock_order(self, events: Sequence[StateEvent]) -> Sequence[StateEvent]:
        """Sort by the aggregate that reactions lock, so that two workers do not deadlock."""
        return sorted(events, key=self._lock_key) if self._subscribers.react else events

    async def apply(
        self,
        events: Sequence[StateEvent],
        tx: Transaction,
        budget: TimeBudget,
        progress: Progress | None = None,
    ) -> Applied:
        """Advance the replica, and call subscribers with what is fresh. Older versions fall away.

        Raises whatever a subscriber raises, and `TooLongError` where fewer should be applied at
        once; the caller rolls back, and counts what was added.
        """
        if not events:
            return Applied(0, woke_parked=False)
        fresh = await advance(events, tx)
        await clear_parked([key for key, known in fresh.items() if known.was_parked], tx)
        changes, added = self._changes(events, fresh)
        if not changes:
            return Applied(0, woke_parked=False, added=added)
        reach(Step.WORKER_ADVANCED)
        woke_parked = await self._call(changes, tx, budget, progress or Progress())
        reach(Step.WORKER_AFFECTED)
        return Applied(len(changes), woke_parked, added)

    async def apply_parked(self, change: AnyChange, tx: Transaction) -> bool:
        """Call subscribers with a change that was parked; returns whether another waited for it."""
        return await self._call([change], tx, self.size.begin(1), Progress())

    async def _call(
        self,
        changes: Sequence[AnyChange],
        tx: Transaction,
        budget: TimeBudget,
        progress: Progress,
    ) -> bool:
        """Call projections with all changes of a stream, then reactions in the order of locks.

        Returns whether a parked change waited for one of these.
        """
        by_stream = defaultdict[str, list[AnyChange]](list)
        for change in changes:
            by_stream[change.stream.id].append(change)
        for stream_id in sorted(by_stream):
            for projection in self._subscribers[stream_id].projections:
                budget.check()
                await projection.project(by_stream[stream_id], tx)
        if not self._subscribers.react:
            return False
        for done, change in enumerate(changes):
            budget.check(done)
            progress.reacting = change
            await self._react(self._subscribers[change.stream.id], change, tx)
        progress.reacting = None
        return await self._wake_waiting(changes, tx)

    async def _wake_waiting(self, changes: Sequence[AnyChange], tx: Transaction) -> bool:
        arrived = [waits_for(change.stream.id, change.subject) for change in changes]
        now = datetime.now(UTC)
        woken = await wake_waiting(arrived, now, tx)
        if woken >= WOKEN_AT_ONCE:
            self.still_asleep.append((arrived, now))
        return woken > 0

    async def _react(self, subscription: Subscription, change: AnyChange, tx: Transaction) -> None:
        cause = change.cause
        with bind_trace(cause.traceparent, correlation=cause.correlation_id, cause=cause.event_id):
            for reaction in subscription.reactions:
                await reaction.react(change, tx)

    def _changes(
        self, events: Sequence[StateEvent], fresh: Mapping[Key, Advanced]
    ) -> tuple[Sequence[AnyChange], UsageByTopic]:
        """What subscribers are called with, of what is fresh, and what all of that adds."""
        changes: list[AnyChange] = []
        added = Added()
        for event in events:
            known = fresh.get(event.key)
            if known is None:
                continue
            before = known.before(event.stream)
            added.count(event, known.value_before, before)
            if has_effects(event, before):
                changes.append(change_of(event, before, is_news=self._is_news(event, known)))
        return changes, added.by_topic()

    def _is_news(self, event: StateEvent, known: Advanced) -> bool:
        envelope = event.envelope
        if envelope.sequence <= known.seen_before:
            return False
        return envelope.time > self.horizon.since(event.stream.id, event.owner)

    def _lock_key(self, event: StateEvent) -> tuple[str, str, str]:
        subscription = self._subscribers[event.stream.id]
        return subscription.lock_key(event.envelope.subject, event.after), *event.key
