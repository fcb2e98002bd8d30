"""A service, as its `main` assembles it, and what its parts are given when it runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from fastapi import APIRouter

from intercoop_chassis.findings import Finding
from intercoop_chassis.migrate import MigrationSet
from intercoop_chassis.outgoing import Outgoing
from intercoop_chassis.postgres import Database
from intercoop_chassis.settings import Settings
from intercoop_chassis.subscribers import Subscribers
from intercoop_chassis.timers import Timers
from intercoop_contracts.streams import Stream

Clock = Callable[[], datetime]
Routes = Callable[["Context"], APIRouter]
ServiceCheck = Callable[["Context"], Awaitable[Sequence[Finding]]]
S = TypeVar("S", bound=Settings)

CHASSIS_MIGRATIONS = MigrationSet("chassis", Path(__file__).parent / "migrations")


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What a running service's edges are given.

    `stop` is set when the process is told to end: whatever streams has to end then.
    """

    settings: Settings
    db: Database
    clock: Clock = system_clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def settings_as(self, kind: type[S]) -> S:
        """The settings as the service's own class of them, the one in `Service(settings=…)`."""
        if not isinstance(self.settings, kind):
            raise TypeError(f"The settings are {type(self.settings).__name__}, no {kind.__name__}")
        return self.settings


@dataclass(frozen=True, slots=True)
class Service:
    """A service, whole: its name, its tables, what it publishes, reads, answers and does in time.

    `publishes` lists its own streams, each of `routes` makes a part of its HTTP routes, mounted
    under `/<name>/api`; `commands` are added to its command line, `checks` to what its doctor looks
    at. `settings` is its class of settings. Raises `ValueError` when something that leaves needs a
    setting that the class does not have.
    """

    name: str
    migrations: Path
    publishes: Sequence[Stream[Any]] = ()  # Any: each stream has its own view
    subscribers: Subscribers = field(default_factory=Subscribers)
    routes: Sequence[Routes] = ()
    timers: Timers = field(default_factory=Timers)
    outgoing: Outgoing = field(default_factory=Outgoing)
    commands: Sequence[click.Command] = ()
    settings: type[Settings] = Settings
    checks: Mapping[str, ServiceCheck] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in self.outgoing.kinds:
            unknown = sorted(set(self.outgoing[kind].needs) - self.settings.model_fields.keys())
            if unknown:
                raise ValueError(f"{kind!r} needs settings that do not exist: {', '.join(unknown)}")

    @property
    def migration_sets(self) -> tuple[MigrationSet, MigrationSet]:
        return CHASSIS_MIGRATIONS, MigrationSet(self.name, self.migrations)
