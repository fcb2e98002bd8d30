"""One PostgreSQL and one Apache Kafka for a whole run, each started when first asked for."""

import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import asyncpg

from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.service import Service
from intercoop_local.platform.jars import fetch
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.kafka_locks import Locks
from intercoop_local.platform.ports import free_port
from intercoop_local.platform.postgres import LocalPostgres
from testkit.scratch import is_in_memory, memory, new_folder
from testkit.servers import Servers, ask
from testkit.short_timeouts import SESSION_MS

JARS = Path(os.environ.get("INTERCOOP_HOME", Path(__file__).parents[2] / ".intercoop")) / "jars"
Fill = Callable[[str], Awaitable[None]]
"""Puts rows into a migrated database, whose address it is given."""

ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended($1, 0))"
COPY = 'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
"""Without `fsync` it takes less than half as long as writing the copy to the log."""
IS_TEMPLATE = "SELECT datistemplate FROM pg_database WHERE datname = $1"


class Platform:
    """The servers of a run, with everything they write under one temporary folder.

    Tests do without `fsync`, because they kill processes and not the machine.
    """

    def __init__(self, *, durable: bool = False, shared: str | None = None) -> None:
        """With `shared`, the address of another process's `share`, the two servers are its own."""
        self._fsync = "on" if durable else "off"
        self._shared = shared
        self._ends = ExitStack()
        self._templates: set[str] = set()
        base = Path(shared).parents[1] if shared else None if durable else memory()
        self.home = new_folder(base)
        self._made: list[str] = []
        self._ends.callback(shutil.rmtree, self.home, ignore_errors=True)

    def share(self) -> Servers:
        """Let other processes use the two servers, which this one starts and ends."""
        return Servers(
            self.home / "servers",
            {
                "postgres": lambda: (self.postgres.home, (self.postgres.port,)),
                "kafka": lambda: (self.kafka.home, (self.kafka.port, self.kafka.controller_port)),
            },
        )

    @cached_property
    def postgres(self) -> LocalPostgres:
        if self._shared:
            home, ports = ask(self._shared, "postgres")
            return LocalPostgres(home, *ports)
        server = self.new_postgres()
        server.start()
        return server

    @cached_property
    def kafka(self) -> LocalKafka:
        if self._shared:
            home, ports = ask(self._shared, "kafka")
            return LocalKafka(home, *ports, JARS)
        server = self.new_kafka()
        server.start()
        return server

    def new_postgres(self) -> LocalPostgres:
        """A server of the test's own, not yet started, stopped at the end of the run."""
        server = LocalPostgres(self._folder("postgres"), free_port(), {"fsync": self._fsync})
        self._ends.callback(server.stop, "immediate")
        return server

    def new_kafka(self, locks: Locks | None = None) -> LocalKafka:
        """A broker of the test's own, not yet started, killed at the end of the run."""
        server = LocalKafka(self._folder("kafka"), free_port(), free_port(), fetch(JARS))
        server.locks = locks
        server.extra = {"group.min.session.timeout.ms": str(SESSION_MS)}
        self._ends.callback(server.kill)
        return server

    async def database(
        self, service: Service, server: LocalPostgres | None = None, *, fill: Fill | None = None
    ) -> str:
        """A database of its own with the service's tables; returns its role's address.

        With `fill` it holds from the beginning what that function puts into a database, once a run.
        Those of the run's server are dropped by `drop_databases`.
        """
        server = server or self.postgres
        name = f"t{uuid4().hex[:16]}"
        if server is not self.postgres:
            dsn = await server.ensure_database(name, "secret")
            await self._prepare(dsn, service, fill)
            return dsn
        template = await self._template(service, fill)
        connection = await asyncpg.connect(server.dsn())
        try:
            await connection.execute(COPY.format(name=name, template=template))
        finally:
            await connection.close()
        self._made.append(name)
        return server.dsn(name, template, "secret")

    def keep_databases(self) -> None:
        """Those that were made until now are for tests of several files."""
        self._made.clear()

    async def drop_databases(self) -> None:
        """Drop those that were made since the last time; on a disk that costs more than it gives."""
        if self._made and is_in_memory(self.postgres.home):
            async with self.postgres.session() as session:
                while self._made:
                    await session.execute(f'DROP DATABASE "{self._made[-1]}" WITH (FORCE)')
                    self._made.pop()

    def close(self) -> None:
        self._ends.close()

    async def _template(self, service: Service, fill: Fill | None) -> str:
        """A migrated database to copy, made once for all workers; its role owns the copies' tables."""
        filled = f"_{fill.__module__}_{fill.__qualname__}" if fill else ""
        name = f"template_{service.name}{filled}"
        if name not in self._templates:
            async with self.postgres.session() as session:
                await session.execute(ONE_AT_A_TIME, name)
                if not await session.fetchval(IS_TEMPLATE, name):
                    dsn = await self.postgres.ensure_database(name, "secret")
                    await self._prepare(dsn, service, fill)
                    await session.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
            self._templates.add(name)
        return name

    @staticmethod
    async def _prepare(dsn: str, service: Service, fill: Fill | None) -> None:
        await migrate(dsn, service.migration_sets)
        if fill:
            await fill(dsn)

    def _folder(self, name: str) -> Path:
        return self.home / f"{name}-{uuid4().hex[:8]}"
