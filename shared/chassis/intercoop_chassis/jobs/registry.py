"""What a service does in time: a handler for each kind of job."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from intercoop_chassis.context import Context
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.settings import Settings

Payload = Mapping[str, Any]  # Any: JSON

SWEPT_AT_ONCE: Final = 1000
"""Rows that a sweep works on in one transaction."""


class RejectedError(Exception):
    """A delivery can never succeed. The text says why, without anybody's name or address."""


class NotNowError(Exception):
    """A delivery cannot succeed now: it is tried again. The text is as in `RejectedError`."""


class Outcome(StrEnum):
    """How a delivery ended: done, rejected for good, or its deadline came first."""

    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is due: key, kind and payload, since when, and the number of this try (1 …)."""

    key: str
    kind: str
    payload: Payload
    due_at: datetime
    attempt: int


Handle = Callable[[Job, Transaction], Awaitable[bool | None]]
"""Of one that recurs: it returns true to be called again at once."""
Sweep = Callable[[Job, int, Transaction], Awaitable[int]]
Deliver = Callable[[Job, Context], Awaitable[None]]
OnFinished = Callable[[Job, Outcome, Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timer:
    """A kind of timer: its handler, and its interval where it recurs."""

    handle: Handle
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kind of delivery: its handler, the settings that it needs, and the hook for its end."""

    deliver: Deliver
    needs: tuple[str, ...]
    on_finished: OnFinished | None


class Jobs:
    """What a service, or one of its capabilities, does in time.

        JOBS: Final = Jobs()

        @JOBS.on("reminder")
        async def remind(job: Job, tx: Transaction) -> None: ...

        @JOBS.delivery("mail", needs=("smtp",))
        async def send(job: Job, context: Context) -> None: ...

    A *timer* (`on`, `every`) runs in the transaction that removes its row. It may run again when
    that cannot commit, so it has no effect outside of it. It may schedule the same key again.

    A *delivery* does its input and output outside of any transaction, in less than 40 s. It may be
    called again for a job that it has delivered, when the process dies before that is noted: give
    the receiver something to know it by. It raises `RejectedError` for what can never be
    delivered; whatever else it raises, the job is tried again until its deadline.
    """

    def __init__(self) -> None:
        self.timers: dict[str, Timer] = {}
        self.deliveries: dict[str, Delivery] = {}

    @classmethod
    def together(cls, *several: "Jobs") -> Self:
        """What several capabilities do. Raises `ValueError` where two handle the same kind."""
        united = cls()
        for jobs in several:
            for kind, timer in jobs.timers.items():
                united.timers[united._new(kind)] = timer
            for kind, delivery in jobs.deliveries.items():
                united.deliveries[united._new(kind)] = delivery
        return united

    def on(self, kind: str) -> Callable[[Handle], Handle]:
        """Call the function when a timer of this kind is due."""
        return self._timer(kind, None)

    def every(self, kind: str, interval: timedelta) -> Callable[[Handle], Handle]:
        """Call the function at the first start, and then each `interval`, without catching up.

        The only timer of such a kind has the kind as its key.
        """
        return self._timer(kind, interval)

    def sweep(
        self, kind: str, interval: timedelta, *, at_once: int = SWEPT_AT_ONCE
    ) -> Callable[[Sweep], Sweep]:
        """Call the function each `interval`, and again at once while it finds as many as it may.

            @JOBS.sweep("answers", timedelta(hours=1))
            async def forget_answers(job: Job, limit: int, tx: Transaction) -> int: ...

        It works on `limit` rows at most and returns on how many. Each call has a transaction of its
        own, and other timers come between: however much there is, no statement outlasts its time.
        """

        def register(sweep: Sweep) -> Sweep:
            async def handle(job: Job, tx: Transaction) -> bool:
                return await sweep(job, at_once, tx) >= at_once

            self._timer(kind, interval)(handle)
            return sweep

        return register

    def delivery(
        self, kind: str, *, needs: Collection[str] = (), on_finished: OnFinished | None = None
    ) -> Callable[[Deliver], Deliver]:
        """Call the function for each job of this kind, outside of any transaction.

        `needs` names settings: without them the jobs wait, and the health page says what is
        missing. `on_finished` is called in the transaction that notes how a job ended.
        """

        def register(deliver: Deliver) -> Deliver:
            self.deliveries[self._new(kind)] = Delivery(deliver, tuple(needs), on_finished)
            return deliver

        return register

    def _timer(self, kind: str, interval: timedelta | None) -> Callable[[Handle], Handle]:
        def register(handle: Handle) -> Handle:
            self.timers[self._new(kind)] = Timer(handle, interval)
            return handle

        return register

    def _new(self, kind: str) -> str:
        if kind in self.timers or kind in self.deliveries:
            raise ValueError(f"Two handlers for jobs of the kind {kind!r}: rename one")
        return kind


def missing(needs: Collection[str], settings: Settings) -> str | None:
    """Which of these settings are absent, in words; None when all are there."""
    absent = [name for name in needs if getattr(settings, name) is None]
    if not absent:
        return None
    names = ", ".join(f"INTERCOOP_{name.upper()}" for name in absent)
    return f"waits for settings: {names}"
