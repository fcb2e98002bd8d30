"""How fast commands come."""

import asyncio
from dataclasses import dataclass
from random import Random

from intercoop_chassis.waiting import pause


@dataclass(frozen=True, slots=True)
class Tempo:
    """`rate` is commits a second below HTTP, at most; people pause `calm` times as long as usual.

    What people do is dear: calm ones leave the machine to commands below HTTP.
    """

    rate: float = 300.0
    calm: float = 1.0

    async def pause(
        self, chance: Random, least_s: float, most_s: float, stop: asyncio.Event
    ) -> None:
        """What somebody does between two things; nobody begins anything after `stop`."""
        await pause(stop, chance.uniform(least_s, most_s) * self.calm)
