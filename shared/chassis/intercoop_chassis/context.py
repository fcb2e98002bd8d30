"""What a running service's edges are given: its settings, its database, the time, and the end."""

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

from intercoop_chassis.clock import Clock, system_clock
from intercoop_chassis.postgres import Channel, Database
from intercoop_chassis.settings import Settings

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True)
class Context:
    """What a running service's edges are given.

    `stop` is set when the process is told to end: whatever streams has to end then.
    """

    settings: Settings
    db: Database
    clock: Clock = system_clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _channels: dict[str, Channel] = field(default_factory=dict, init=False, repr=False)

    def channel(self, name: str) -> Channel:
        """What NOTIFY says in the service's database by this name: one for the whole process."""
        if name not in self._channels:
            self._channels[name] = Channel(self.db.dsn, name, self.stop)
        return self._channels[name]

    def settings_as(self, kind: type[S]) -> S:
        """The settings as the service's own class of them, the one in `Service(settings=…)`."""
        if not isinstance(self.settings, kind):
            raise TypeError(f"The settings are {type(self.settings).__name__}, no {kind.__name__}")
        return self.settings
