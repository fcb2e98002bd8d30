"""What a service does with what others publish: changes, projections and reactions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, Self, TypeVar, cast
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.streams import Ended, Stream, V, View

F = TypeVar("F", bound=Callable[..., Awaitable[None]])


class Cause(NamedTuple):
    """What a change's effects are traced to: the state event's id, and the request behind it."""

    event_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None


NO_CAUSE = Cause()


class Change(NamedTuple, Generic[V]):
    """A state event that is new to this service: what it knew before, and the state now.

    `before` is None for an entity it did not know. `is_news` is false for history: what was
    published before this service subscribed, and copies of what it has seen already.
    """

    stream: Stream[V]
    owner: str
    subject: str
    version: int
    occurred_at: datetime
    event_type: str
    """A label for people and logs; reactions compare `before` and `after` instead."""
    before: V | Ended | None
    after: V | Ended
    is_news: bool
    cause: Cause = NO_CAUSE


class NotYetError(Exception):
    """A reaction needs an entity that has not arrived: it is called again when that has."""

    def __init__(self, stream: Stream[Any], subject: UUID | str) -> None:  # Any: any view
        super().__init__(f"waits for {stream.id} {subject}")
        self.waits_for = waits_for(stream.id, str(subject))


def waits_for(stream_id: str, subject: str) -> str:
    return f"{stream_id}/{subject}"


AnyChange = Change[Any]  # Any: one registry serves streams of all views
Project = Callable[[Sequence[AnyChange], Transaction], Awaitable[None]]
Forget = Callable[[str, Transaction], Awaitable[None]]
React = Callable[[AnyChange, Transaction], Awaitable[None]]
LockKey = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Projection:
    """`project` takes a whole chunk; `forget` deletes what is known of one owner."""

    project: Project
    forget: Forget


@dataclass(frozen=True, slots=True)
class Reaction:
    """`react` takes one change; `locks` names the aggregate that it will lock."""

    react: React
    locks: LockKey | None


@dataclass(slots=True)
class Subscription:
    """Everything a service does with one stream; nothing at all means a look-up replica."""

    stream: Stream[Any]
    projections: list[Projection] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    addressed: bool = False

    def lock_key(self, subject: str, view: View | Ended) -> str:
        """Where a change sorts in its chunk: workers lock aggregates in one order."""
        named = [one.locks for one in self.reactions if one.locks]
        if isinstance(view, Ended) or not named:
            return subject
        return "/".join(str(locks(view)) for locks in named)


class Subscribers:
    """The streams a service reads, and what it does with each."""

    def __init__(self) -> None:
        self._by_stream: dict[str, Subscription] = {}

    @classmethod
    def together(cls, *several: "Subscribers") -> Self:
        """What several capabilities do with streams, each stream's parts in the order given."""
        united = cls()
        for subscription in (each for subscribers in several for each in subscribers.all):
            whole = united.read(subscription.stream, addressed=subscription.addressed)
            whole.projections.extend(subscription.projections)
            whole.reactions.extend(subscription.reactions)
        return united

    def read(self, stream: Stream[V], *, addressed: bool = False) -> Subscription:
        """Keep a replica of a stream.

        An `addressed` stream carries requests to other owners: it is read whoever is followed.
        """
        subscription = self._by_stream.setdefault(stream.id, Subscription(stream))
        subscription.addressed = subscription.addressed or addressed
        return subscription

    def project(self, stream: Stream[V], *, forget: Forget) -> Callable[[F], F]:
        """Register a projection: `async def f(changes: Sequence[Change[View]], tx)`.

        It is called with every fresh change of a chunk at once, at most one per subject, and again
        by a replay: it must replace what it wrote before.
        """

        def register(function: F) -> F:
            projection = Projection(cast("Project", function), forget)
            self.read(stream).projections.append(projection)
            return function

        return register

    def each(
        self, stream: Stream[V], *, locks: Callable[[V], object] | None = None
    ) -> Callable[[F], F]:
        """Register a reaction: `async def f(change: Change[View], tx)`, once for each change.

        `locks` names the aggregate that it will lock first; without it that is the subject.
        """

        def register(function: F) -> F:
            reaction = Reaction(cast("React", function), locks)
            self.read(stream).reactions.append(reaction)
            return function

        return register

    def __bool__(self) -> bool:
        return bool(self._by_stream)

    def __getitem__(self, stream_id: str) -> Subscription:
        return self._by_stream[stream_id]

    def get(self, stream_id: str) -> Subscription | None:
        return self._by_stream.get(stream_id)

    @property
    def all(self) -> Sequence[Subscription]:
        return tuple(self._by_stream.values())

    @property
    def react(self) -> bool:
        """Whether any stream has reactions, so that row locks must stay short."""
        return any(one.reactions for one in self.all)
