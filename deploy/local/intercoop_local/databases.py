"""The databases of all instances: each a copy of its service's template, then kept up to date."""

import asyncio
import hashlib
from collections import defaultdict
from functools import partial
from pathlib import Path

from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.service import Service
from intercoop_local.platform.postgres import LocalPostgres, ensure_role
from intercoop_local.platform.templates import Template, copy, ensure_template, is_handed_over
from intercoop_local.seeds import SEEDS
from intercoop_local.services import SERVICES


class Databases:
    """Makes them in one PostgreSQL server; several may be asked for at once."""

    def __init__(self, postgres: LocalPostgres) -> None:
        self._postgres = postgres
        self._services = {service.name: service for service in SERVICES}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def dsn(self, name: str, password: str) -> str:
        """The address of a database, as the role of its name reaches it."""
        return self._postgres.dsn(name, name, password)

    async def ensure(self, service: str, name: str, password: str) -> None:
        """Make a role and its database with all that the service begins with, or update it."""
        found = self._services[service]
        async with self._postgres.session() as session:
            await ensure_role(session, name, password)
            is_whole = await is_handed_over(session, name)
        copied = not is_whole and await copy(self._postgres, await self._template(found), name)
        if not copied:
            await migrate(self.dsn(name, password), found.migration_sets)

    async def _template(self, service: Service) -> Template:
        template = Template(service.name, _fingerprint(service), partial(_fill, service))
        async with self._turns[service.name]:
            await ensure_template(self._postgres, template)
        return template


async def _fill(service: Service, dsn: str) -> None:
    await migrate(dsn, service.migration_sets)
    db = Database(dsn, home=AtHome("template"))
    try:
        if service.name in SEEDS:
            await SEEDS[service.name](db)
    finally:
        await db.close()


def _fingerprint(service: Service) -> str:
    """Another one whenever the service's migrations or the data that it ships change."""
    digest = hashlib.sha256()
    for path in _sources(service):
        digest.update(f"{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _sources(service: Service) -> list[Path]:
    migrations = [path for each in service.migration_sets for path in each.files()]
    data = service.migrations.parent / "data"
    return migrations + sorted(path for path in data.rglob("*") if path.is_file())
