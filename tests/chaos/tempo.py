"""How fast commands come."""

import asyncio
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final

from intercoop_chassis.waiting import pause

_BY_ONE: Final = 40.0
"""Commits a second that one writer brings about, with what all that costs elsewhere."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """`rate` is commits a second below HTTP, at most; people pause `calm` times as long as usual.

    What people do is dear: calm ones leave the machine to commands below HTTP.
    """

    rate: float = 300.0
    calm: float = 1.0

    def writers(self, *, of: int, at_most: int) -> int:
        """How many commit side by side for each `of` so many owners; a busy machine lets one wait."""
        return max(3, min(at_most, ceil(self.rate / of / _BY_ONE)))

    async def pause(
        self, chance: Random, least_s: float, most_s: float, stop: asyncio.Event
    ) -> None:
        """What somebody does between two things; nobody begins anything after `stop`."""
        await pause(stop, chance.uniform(least_s, most_s) * self.calm)
