"""How a service delivers what leaves it: one way for each kind."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.settings import Settings
from intercoop_chassis.timers.registry import Payload

if TYPE_CHECKING:
    from intercoop_chassis.service import Context


class RejectedError(Exception):
    """It can never be delivered. `reason` says why in words, without anybody's name or address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNowError(Exception):
    """It cannot be delivered now: it is tried again. `reason` as in `RejectedError`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outcome(StrEnum):
    """How it ended: delivered, rejected for good, or the deadline came first."""

    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Item:
    """One that is to be delivered: its key, what it carries, until when, which try this is."""

    key: str
    kind: str
    payload: Payload
    deadline: datetime
    attempt: int


Deliver: TypeAlias = "Callable[[Item, Context], Awaitable[None]]"
OnFinished = Callable[[Item, Outcome, Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind is delivered, the settings that takes, and who is told how it ended."""

    deliver: Deliver
    needs: tuple[str, ...]
    on_finished: OnFinished | None


class Outgoing:
    """The ways of a service.

        OUTGOING = Outgoing()

        @OUTGOING.on("mail", needs=("smtp",))
        async def deliver(item: Item, context: Context) -> None: ...

    The function does its input and output outside of any transaction, in less than 40 s. It may be
    called again for an item that it has delivered, when the process dies before that is noted: give
    the receiver something to know it by. It raises `RejectedError` for what can never be
    delivered; whatever else it raises, the item is tried again until its deadline.

    `needs` names settings: without them its items wait, and the health page says what is missing.
    `on_finished` is called in the transaction that notes how an item ended.
    """

    def __init__(self) -> None:
        self._ways: dict[str, Way] = {}

    def on(
        self, kind: str, *, needs: Collection[str] = (), on_finished: OnFinished | None = None
    ) -> Callable[[Deliver], Deliver]:
        """Call the function for each item of this kind."""

        def register(deliver: Deliver) -> Deliver:
            if kind in self._ways:
                raise ValueError(f"Two ways for outgoing items of the kind {kind!r}: rename one")
            self._ways[kind] = Way(deliver, tuple(needs), on_finished)
            return deliver

        return register

    def __bool__(self) -> bool:
        return bool(self._ways)

    def __getitem__(self, kind: str) -> Way:
        return self._ways[kind]

    def get(self, kind: str) -> Way | None:
        return self._ways.get(kind)

    @property
    def kinds(self) -> list[str]:
        return list(self._ways)


def missing(needs: Collection[str], settings: Settings) -> str | None:
    """Which of these settings are absent, in words; None when all are there."""
    absent = [one for one in needs if getattr(settings, one) is None]
    if not absent:
        return None
    names = ", ".join(f"INTERCOOP_{one.upper()}" for one in absent)
    return f"waits for settings: {names}"
