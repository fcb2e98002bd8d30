"""What the story waits for, and what it saw: every effect with its time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import TypeVar

import click
import httpx

T = TypeVar("T")

_LOOK_S = 0.01


class NotSeenError(Exception):
    """An effect that had to be seen was not; the text names it and the instance."""


class Seen:
    """Tells the story on the terminal, and keeps the times from commit to effect."""

    def __init__(self) -> None:
        self.effects_ms: list[float] = []
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def step(self, where: str, what: str) -> None:
        click.echo(f"{self.seconds:6.1f} s  {where:16} {what}")

    async def effect(
        self,
        where: str,
        what: str,
        look: Callable[[], Awaitable[bool]],
        *,
        within_s: float = 30.0,
    ) -> None:
        """Wait until `look` is true in the instance `where`, from now; the time is an effect's.

        Raises `NotSeenError` after `within_s`.
        """
        began = time.monotonic()
        while not await _looked(look):
            if time.monotonic() - began > within_s:
                raise NotSeenError(f"{where}: {what} (waited {within_s:.0f} s)")
            await asyncio.sleep(_LOOK_S)
        took_ms = (time.monotonic() - began) * 1000
        self.effects_ms.append(took_ms)
        self.step(where, f"{what} — after {took_ms:.0f} ms")

    def require(self, where: str, what: str, *, holds: bool) -> None:
        """Say what holds. Raises `NotSeenError` when it does not."""
        if not holds:
            raise NotSeenError(f"{where}: {what}")
        self.step(where, what)

    def summary(self) -> dict[str, float]:
        return {
            "median": round(median(self.effects_ms), 1),
            "worst": round(max(self.effects_ms), 1),
        }


async def _looked(look: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await look()
    except httpx.HTTPError:
        return False
