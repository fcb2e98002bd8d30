"""One owner's service in a test, without a broker: its database, HTTP, clock and consumer."""

import time
from typing import Any, Self

import httpx
from pydantic import SecretStr

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from testkit.accounts import Acquainted
from testkit.in_memory_network import StateEventConsumer, newest_states
from testkit.issuer import Issuer
from testkit.manual_clock import ManualClock


class ServiceUnderTest:
    """A service of one owner; `hears_from` stands for relay, broker and worker between two."""

    service: Service

    def __init__(self, owner: str, dsn: str, issuer: Issuer, **settings: Any) -> None:
        self.owner = owner
        self.dsn = dsn
        self.clock = ManualClock()
        self._issuer = issuer
        self.settings = self.service.settings(
            network="test",
            owner=owner,
            database=SecretStr(dsn),
            kafka="localhost:1",
            signing_keys_file=issuer.keys_file,
            **settings,
        )
        self._open()

    def _open(self) -> None:
        reactions = self.service.subscribers.home
        home = AtHome(self.owner, reactions, self.clock, self.settings)
        self.db = Database(self.dsn, home=home)
        self.consumer = StateEventConsumer(self.service, self.owner, self.db)
        context = Context(self.settings, self.db, self.clock)
        self.app = create_app([mounted(self.service, context)], Health())

    async def restart(self, **settings: Any) -> None:
        """Nothing but the database is kept; with other settings perhaps."""
        await self.db.close()
        self.settings = self.settings.model_copy(update=settings)
        self._open()

    def client(self, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: staff of this owner, unless `claims` say else."""
        token = self._issuer.token(self.settings, **claims)
        return httpx.AsyncClient(
            base_url=f"http://{self.service.name}.test/{self.service.name}/api",
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )

    def browser(self, **claims: Any) -> httpx.AsyncClient:
        """A browser of a member of this owner, unless `claims` say else; it asks in French.

        What it sends comes from a page of the site.
        """
        usual = {"roles": ["member"], "auth_time": int(time.time())}
        token = self._issuer.token(self.settings, **{**usual, **claims})
        return httpx.AsyncClient(
            base_url=f"https://{self.service.name}.test",
            cookies={SessionCookie.of(self.settings).name: token},
            headers={
                "Accept": "text/html",
                "Accept-Language": "fr",
                "Sec-Fetch-Site": "same-origin",
            },
            transport=Acquainted(httpx.ASGITransport(app=self.app), self.owner, [self.db]),
        )

    def stranger(self) -> httpx.AsyncClient:
        """A browser without a session; it asks in French."""
        return httpx.AsyncClient(
            base_url=f"https://{self.service.name}.test",
            headers={"Accept": "text/html", "Accept-Language": "fr"},
            transport=httpx.ASGITransport(app=self.app),
        )

    async def hears_from(self, *others: Self, alone: bool = False) -> None:
        """Everything the others have published, in their newest states."""
        for other in others:
            await self.consumer.receive(await newest_states(self.service, other.db), alone=alone)

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]
