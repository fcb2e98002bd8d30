"""One owner's service in a test, without a broker: its database, HTTP, clock and consumer."""

from typing import Any, Self

import httpx
from pydantic import SecretStr

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from testkit.in_memory_network import StateEventConsumer, newest_states
from testkit.issuer import Issuer
from testkit.manual_clock import ManualClock


class ServiceUnderTest:
    """A service of one owner; `hears_from` stands for relay, broker and worker between two."""

    service: Service

    def __init__(self, owner: str, dsn: str, issuer: Issuer) -> None:
        self.owner = owner
        self.dsn = dsn
        self.clock = ManualClock()
        self._issuer = issuer
        self.settings = Settings(
            network="test",
            owner=owner,
            database=SecretStr(dsn),
            kafka="localhost:1",
            issuer=issuer.url,
            jwks=issuer.jwks,
        )
        self._open()

    def _open(self) -> None:
        self.db = Database(
            self.dsn, home=AtHome(self.owner, self.service.subscribers.home, self.clock)
        )
        self.consumer = StateEventConsumer(self.service, self.owner, self.db)
        context = Context(self.settings, self.db, self.clock)
        self.app = create_app([mounted(self.service, context)], Health())

    async def restart(self) -> None:
        """Nothing but the database is kept."""
        await self.db.close()
        self._open()

    def client(self, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: staff of this owner, unless `claims` say else."""
        token = self._issuer.token(**{"owner": self.owner, **claims})
        return httpx.AsyncClient(
            base_url=f"http://{self.service.name}.test/{self.service.name}/api",
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )

    async def hears_from(self, *others: Self, alone: bool = False) -> None:
        """Everything the others have published, in their newest states."""
        for other in others:
            await self.consumer.receive(await newest_states(self.service, other.db), alone=alone)

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]
