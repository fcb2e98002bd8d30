"""A service, as its `main` assembles it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from fastapi import APIRouter

from intercoop_chassis.auth.sessions import NameOf
from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding
from intercoop_chassis.jobs import Jobs
from intercoop_chassis.postgres.migrate import MigrationSet
from intercoop_chassis.settings import Settings
from intercoop_chassis.subscribers import Subscribers
from intercoop_contracts.streams import Stream

Routes = Callable[[Context], APIRouter]
ServiceCheck = Callable[[Context], Awaitable[Sequence[Finding]]]

CHASSIS_MIGRATIONS = MigrationSet("chassis", Path(__file__).parent / "migrations")


@dataclass(frozen=True, slots=True)
class Service:
    """A service, whole: its name, its tables, what it publishes, reads, answers and does in time.

    `publishes` lists its own streams, each of `routes` makes a part of its HTTP routes, which stand
    under `/<name>/api`, each of `pages` a part of what people see under `/<name>`; `names`, of the
    one that knows people, makes what says how each is called. `commands` are added to its command
    line, `checks` to what its doctor looks at. `settings` is its class of
    settings. Raises `ValueError` when something that leaves needs a setting that the class does
    not have.
    """

    name: str
    migrations: Path
    publishes: Sequence[Stream[Any]] = ()  # Any: each stream has its own view
    subscribers: Subscribers = field(default_factory=Subscribers)
    routes: Sequence[Routes] = ()
    pages: Sequence[Routes] = ()
    names: Callable[[Context], NameOf] | None = None
    jobs: Jobs = field(default_factory=Jobs)
    commands: Sequence[click.Command] = ()
    settings: type[Settings] = Settings
    checks: Mapping[str, ServiceCheck] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, delivery in self.jobs.deliveries.items():
            unknown = sorted(set(delivery.needs) - self.settings.model_fields.keys())
            if unknown:
                raise ValueError(f"{kind!r} needs settings that do not exist: {', '.join(unknown)}")

    @property
    def migration_sets(self) -> tuple[MigrationSet, MigrationSet]:
        return CHASSIS_MIGRATIONS, MigrationSet(self.name, self.migrations)
