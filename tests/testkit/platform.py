"""One PostgreSQL and one Apache Kafka for a whole run, each started when first asked for."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import asyncpg

from intercoop_chassis.migrate import migrate
from intercoop_chassis.service import Service
from intercoop_local.platform.jars import fetch
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.kafka_locks import Locks
from intercoop_local.platform.ports import free_port
from intercoop_local.platform.postgres import LocalPostgres

JARS = Path(os.environ.get("INTERCOOP_HOME", Path(__file__).parents[2] / ".intercoop")) / "jars"


class Platform:
    """The servers of a run, with everything they write under one temporary folder.

    Tests do without `fsync`, because they kill processes and not the machine.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._fsync = "on" if durable else "off"
        self._ends = ExitStack()
        self._templates: dict[str, str] = {}
        self.home = Path(tempfile.mkdtemp(prefix="intercoop-tests-"))
        self.home.chmod(0o755)
        self._ends.callback(shutil.rmtree, self.home, ignore_errors=True)

    @cached_property
    def postgres(self) -> LocalPostgres:
        server = self.new_postgres()
        server.start()
        return server

    @cached_property
    def kafka(self) -> LocalKafka:
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
        self._ends.callback(server.kill)
        return server

    async def database(self, service: Service, server: LocalPostgres | None = None) -> str:
        """A database of its own with the service's tables; returns its role's address."""
        server = server or self.postgres
        name = f"t{uuid4().hex[:16]}"
        if server is not self.postgres:
            dsn = await server.ensure_database(name, "secret")
            await migrate(dsn, service.migration_sets)
            return dsn
        template = await self._template(service)
        connection = await asyncpg.connect(server.dsn())
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()
        return server.dsn(name, template, "secret")

    def close(self) -> None:
        self._ends.close()

    async def _template(self, service: Service) -> str:
        """A migrated database to copy; its role owns the copies' tables."""
        name = f"template_{service.name}"
        if name not in self._templates:
            dsn = await self.postgres.ensure_database(name, "secret")
            await migrate(dsn, service.migration_sets)
            self._templates[name] = dsn
        return name

    def _folder(self, name: str) -> Path:
        return self.home / f"{name}-{uuid4().hex[:8]}"
