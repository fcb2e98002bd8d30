"""What a service does in time: a handler for each kind of timer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from intercoop_chassis import idempotency
from intercoop_chassis.postgres import Transaction

Payload = Mapping[str, Any]  # Any: JSON

PURGE_KIND: Final = "idempotency-purge"


@dataclass(frozen=True, slots=True)
class Timer:
    """One that is due: its key, what it carries, when it was due, how often it failed before."""

    key: str
    kind: str
    payload: Payload
    due_at: datetime
    attempts: int


Handler = Callable[[Timer, Transaction], Awaitable[None]]


class Timers:
    """The handlers of a service; forgetting old idempotency keys once a day is built in.

        timers = Timers()

        @timers.on("reminder")
        async def remind(timer: Timer, tx: Transaction) -> None: ...

    A handler runs in the transaction that removes its timer. It may run again when that cannot
    commit, so it has no effect outside of it. It may schedule the same key again.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._intervals: dict[str, timedelta] = {}
        self.every(PURGE_KIND, timedelta(days=1))(_forget_keys)

    def on(self, kind: str) -> Callable[[Handler], Handler]:
        """Call the function when a timer of this kind is due."""

        def register(handler: Handler) -> Handler:
            if kind in self._handlers:
                raise ValueError(f"Two handlers for timers of the kind {kind!r}: rename one")
            self._handlers[kind] = handler
            return handler

        return register

    def every(self, kind: str, interval: timedelta) -> Callable[[Handler], Handler]:
        """Call the function at the first start, and then each `interval`, without catching up."""
        self._intervals[kind] = interval
        return self.on(kind)

    @property
    def kinds(self) -> list[str]:
        return list(self._handlers)

    @property
    def intervals(self) -> Mapping[str, timedelta]:
        """How often the recurring kinds are due; their only timer has the kind as its key."""
        return dict(self._intervals)

    async def fire(self, timer: Timer, tx: Transaction) -> None:
        await self._handlers[timer.kind](timer, tx)


async def _forget_keys(timer: Timer, tx: Transaction) -> None:
    await idempotency.purge(tx, timer.due_at)
