"""A service, as its `main` assembles it, and what its parts are given when it runs."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from fastapi import APIRouter

from intercoop_chassis.clock import Clock, system_clock
from intercoop_chassis.jobs import Jobs
from intercoop_chassis.migrate import MigrationSet
from intercoop_chassis.postgres import Database
from intercoop_chassis.settings import Settings
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.streams import Stream

Routes = Callable[["Context"], APIRouter]

CHASSIS_MIGRATIONS = MigrationSet("chassis", Path(__file__).parent / "migrations")


@dataclass(frozen=True, slots=True)
class Context:
    """What a running service's edges are given.

    `stop` is set when the process is told to end: whatever streams has to end then.
    """

    settings: Settings
    db: Database
    clock: Clock = system_clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Service:
    """A service, whole: its name, its tables, what it publishes, reads, answers and does in time.

    `publishes` lists its own streams, each of `routes` makes a part of its HTTP routes, mounted
    under `/<name>/api`; `commands` are added to its command line.
    """

    name: str
    migrations: Path
    publishes: Sequence[Stream[Any]] = ()  # Any: each stream has its own view
    subscribers: Subscribers = field(default_factory=Subscribers)
    routes: Sequence[Routes] = ()
    jobs: Jobs = field(default_factory=Jobs)
    commands: Sequence[click.Command] = ()

    @property
    def migration_sets(self) -> tuple[MigrationSet, MigrationSet]:
        return CHASSIS_MIGRATIONS, MigrationSet(self.name, self.migrations)
