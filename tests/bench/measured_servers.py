"""The servers that a benchmark measures: databases, owners of its own, process ids."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.settings import Settings
from testkit.platform import Platform
from testkit.things.service import things_service

Figures = dict[str, float]
BEYOND_ANY_BENCH = 2**40
"""Entities and bytes of one owner: it publishes more than a union ever does."""


@dataclass(frozen=True, slots=True)
class MeasuredServers:
    """Addresses of the platform that a benchmark was given; `pids` are those of its servers, by name."""

    kafka: str
    postgres: str
    pids: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, platform: Platform) -> "MeasuredServers":
        kafka, postgres = platform.kafka, platform.postgres
        pids = {"postgresql": _pid(postgres.home), "kafka": _pid(kafka.home)}
        return cls(kafka.bootstrap, postgres.dsn(), pids)

    def settings(self, owner: str, database: str, follows: str, **others: object) -> Settings:
        return Settings(
            network="bench",
            owner=owner,
            database=SecretStr(self.dsn(database)),
            kafka=self.kafka,
            follows=frozenset({follows}),
            limit_entities=BEYOND_ANY_BENCH,
            limit_bytes=BEYOND_ANY_BENCH,
            **others,
        )

    def dsn(self, database: str) -> str:
        return f"{self.postgres.rpartition('/')[0]}/{database}"

    async def new_database(self) -> str:
        """Make a database with the service's tables; returns its name."""
        name = f"bench_{uuid4().hex[:12]}"
        connection = await asyncpg.connect(self.postgres)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()
        await migrate(self.dsn(name), things_service().migration_sets)
        return name

    async def forget(self, *databases: str) -> None:
        """Delete databases that were measured: what follows shall not wait for their vacuum."""
        connection = await asyncpg.connect(self.postgres)
        for name in databases:
            await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await connection.close()


def _pid(home: Path) -> int:
    """Of a server that perhaps another process has started."""
    return int((home / "pid").read_text().split()[0])


def new_owner(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}"


async def until(
    reached: Callable[[], Awaitable[bool]], *, within_s: float, every_s: float = 0.01
) -> float:
    """Wait until `reached`; returns the moment (seconds since 1970). Raises `TimeoutError`."""
    give_up = time.monotonic() + within_s
    while not await reached():
        if time.monotonic() > give_up:
            raise TimeoutError(f"not reached within {within_s} s")
        await asyncio.sleep(every_s)
    return time.time()
