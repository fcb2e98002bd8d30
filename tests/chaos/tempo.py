"""How fast commands come."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final

from intercoop_chassis.waiting import pause

_BY_ONE: Final = 40.0
"""Commits a second that one writer brings about, with what all that costs elsewhere."""
_EVENLY: Final = 1000.0
_TURN_S: Final = 0.5


@dataclass(slots=True)
class Tempo:
    """`rate` is commits a second below HTTP, at most; people pause `calm` times as long as usual.

    What people do is dear: calm ones leave the machine to commands below HTTP. All pauses are
    `stretched` so many times for a while.
    """

    rate: float = 300.0
    calm: float = 1.0
    stretched: float = 1.0

    @contextmanager
    def unhurried(self, times: float) -> Iterator[None]:
        """Everybody pauses so many times as long, so that the machine is not full of them."""
        self.stretched = times
        try:
            yield
        finally:
            self.stretched = 1.0

    def writers(self, *, of: int, at_most: int) -> int:
        """How many commit side by side for each `of` so many owners; a busy machine lets one wait."""
        return max(3, min(at_most, ceil(self.rate / of / _BY_ONE)))

    async def turns(
        self, owner: int, *, of: int, writers: int, stop: asyncio.Event
    ) -> AsyncIterator[None]:
        """When one of an owner's writers is to commit, until `stop`.

        As evenly as may be. Where there are to be more commits than this machine carries so, the
        owners take turns of half a second: what comes in bursts is carried in fewer rounds. What
        was not done in one's turn is left undone.
        """
        if self.rate <= _EVENLY:
            while not stop.is_set():
                yield
                await pause(stop, self.stretched * of * writers / self.rate)
        loop = asyncio.get_running_loop()
        due = 0.0
        while not stop.is_set():
            turn = int(loop.time() / _TURN_S)
            over = (turn + 1) * _TURN_S
            if turn % of == owner:
                due = min(due, 1.0) + self.rate * _TURN_S / writers / self.stretched
                while due >= 1 and loop.time() < over and not stop.is_set():
                    due -= 1
                    yield
            await pause(stop, over - loop.time())

    async def pause(
        self, chance: Random, least_s: float, most_s: float, stop: asyncio.Event
    ) -> None:
        """What somebody does between two things; nobody begins anything after `stop`."""
        await pause(stop, chance.uniform(least_s, most_s) * self.calm * self.stretched)
