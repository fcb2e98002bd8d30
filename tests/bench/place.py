"""Where a benchmark runs: databases, an owner of its own, and the service under test."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from intercoop_chassis.migrate import migrate
from intercoop_chassis.settings import Settings
from testkit.things.service import things_service

BODY_BYTES = 600


@dataclass(frozen=True, slots=True)
class Place:
    """Addresses of the platform that a benchmark was given."""

    kafka: str
    postgres: str

    def settings(self, owner: str, database: str, follows: str) -> Settings:
        return Settings(
            network="bench",
            owner=owner,
            database=SecretStr(self.dsn(database)),
            kafka=self.kafka,
            follows=frozenset({follows}),
            issuer="http://127.0.0.1",
            jwks="http://127.0.0.1",
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


def new_owner(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}"


def filling() -> str:
    """What brings a view of the test service to the benchmark's body size."""
    empty = len('{"name":"123456","filling":"","behave":"well","needs":null}')
    return "x" * (BODY_BYTES - empty)


async def until(
    reached: Callable[[], Awaitable[bool]], *, within_s: float, every_s: float = 0.01
) -> float:
    """Wait until `reached`; returns the moment (monotonic seconds). Raises `TimeoutError`."""
    give_up = time.monotonic() + within_s
    while not await reached():
        if time.monotonic() > give_up:
            raise TimeoutError(f"not reached within {within_s} s")
        await asyncio.sleep(every_s)
    return time.monotonic()
