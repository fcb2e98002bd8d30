"""What a service does with what is published or told: changes, projections and reactions."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, Self, TypeVar, cast

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.postgres.transaction import Hear
from intercoop_chassis.publishing.telling import Told
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


AnyChange = Change[Any]  # Any: one registry serves streams of all views
Project = Callable[[Sequence[AnyChange], Transaction], Awaitable[None]]
Forget = Callable[[str, Transaction], Awaitable[None]]
React = Callable[[AnyChange, Transaction], Awaitable[None]]
LockKey = Callable[[Any], object]
AddresseeOf = Callable[[Any], str]


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
    at_home: list[Hear] = field(default_factory=list)
    addressed: bool = False
    addressees: list[AddresseeOf] = field(default_factory=list)
    is_looked_up: bool = False

    @property
    def takes_only_addressed(self) -> bool:
        """Whether nothing is done with what is addressed to other owners."""
        return (
            bool(self.addressees)
            and len(self.addressees) == len(self.reactions)
            and not (self.projections or self.is_looked_up)
        )

    def is_for(self, view: View | Ended, owner: str) -> bool:
        """Whether a state is addressed to this owner; an end is to nobody."""
        return not isinstance(view, Ended) and any(to(view) == owner for to in self.addressees)

    def lock_key(self, subject: str, view: View | Ended) -> str:
        """Where a change sorts in its chunk: workers lock aggregates in one order."""
        named = [reaction.locks for reaction in self.reactions if reaction.locks]
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
            whole = united._whole(subscription.stream, addressed=subscription.addressed)
            whole.is_looked_up = whole.is_looked_up or subscription.is_looked_up
            whole.addressees.extend(subscription.addressees)
            whole.projections.extend(subscription.projections)
            whole.reactions.extend(subscription.reactions)
            whole.at_home.extend(subscription.at_home)
        return united

    def read(self, stream: Stream[V], *, addressed: bool = False) -> Subscription:
        """Keep a replica of a stream, whole.

        An `addressed` stream carries requests to other owners: it is read whoever is followed.
        """
        subscription = self._whole(stream, addressed=addressed)
        subscription.is_looked_up = True
        return subscription

    def _whole(self, stream: Stream[V], *, addressed: bool = False) -> Subscription:
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
            self._whole(stream).projections.append(projection)
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
            self._whole(stream).reactions.append(reaction)
            return function

        return register

    def told(
        self,
        stream: Stream[V],
        *,
        to: Callable[[V], str] | None = None,
        locks: Callable[[V], object] | None = None,
    ) -> Callable[[F], F]:
        """Register a reaction to `tx.tell`: `async def f(told: Told[View], tx)`.

        One for both ways: a consumer calls it for each change that another owner publishes, and
        `tx.tell` in the transaction of an owner who says it to itself. It is idempotent.

        `to` reads the addressee from the view: then it is called with what is addressed to this
        owner, and never with an end; without it, with everything. Where nothing else is done with
        the stream, what is addressed to others is not even kept. `locks` as of `each`.
        """

        def register(function: F) -> F:
            hear = cast("Hear", function)
            subscription = self._whole(stream, addressed=to is not None)
            if to is not None:
                subscription.addressees.append(to)
            subscription.reactions.append(Reaction(_from_others(hear, to), locks))
            subscription.at_home.append(hear)
            return function

        return register

    @property
    def home(self) -> Mapping[str, Hear]:
        """Who reacts to what this owner tells itself, by the stream's id: see `AtHome`."""
        return {known.stream.id: _in_turn(known.at_home) for known in self.all if known.at_home}

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
    def streams(self) -> Sequence[Stream[Any]]:
        """Every stream that is read."""
        return tuple(subscription.stream for subscription in self.all)

    @property
    def react(self) -> bool:
        """Whether any stream has reactions, so that row locks must stay short."""
        return any(known.reactions for known in self.all)


def _from_others(hear: Hear, to: AddresseeOf | None) -> React:
    async def react(change: AnyChange, tx: Transaction) -> None:
        if to is None or (not isinstance(change.after, Ended) and to(change.after) == tx.owner):
            await hear(Told(change.owner, change.subject, change.after, tx.now), tx)

    return react


def _in_turn(reactions: Sequence[Hear]) -> Hear:
    async def hear(told: Told[Any], tx: Transaction) -> None:  # Any: any view
        for reaction in reactions:
            await reaction(told, tx)

    return hear
