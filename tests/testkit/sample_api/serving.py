"""The sample API, served as in production."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.http.server import serve_http
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_local.platform.ports import free_port
from testkit.issuer import Issuer
from testkit.sample_api.routes import sample_routes

SAMPLE_API = Service("shelf", Path(__file__).parent / "migrations", routes=[sample_routes])


class SampleApi:
    """The sample API on a port of its own, with its issuer and its database."""

    def __init__(self, context: Context, issuer: Issuer) -> None:
        self.db = context.db
        self.settings = context.settings
        self.issuer = issuer
        self.health = Health()
        self.app = create_app([Mounted("shelf", sample_routes(context), context)], self.health)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stop = asyncio.Event()
        self.serving = asyncio.create_task(serve_http(self.app, "127.0.0.1", self.port, self.stop))

    def client(self, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: staff of `ouest`, unless `claims` say else."""
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.issuer.token(self.settings, **claims)}"},
            transport=httpx.AsyncHTTPTransport(retries=20),
        )

    async def count(self) -> int:
        async with self.db.read() as tx:
            return int(await tx.fetchval("SELECT count(*) FROM shelf"))

    async def close(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.serving, 40)
        await self.db.close()
        self.issuer.close()


def new_sample_api(dsn: str, **changes: Any) -> SampleApi:
    """The sample API of the owner `ouest`, on a database made for `SAMPLE_API`."""
    issuer = Issuer()
    settings = Settings(
        network="test",
        owner="ouest",
        database=SecretStr(dsn),
        kafka="localhost:1",
        signing_keys_file=issuer.keys_file,
        **changes,
    )
    return SampleApi(Context(settings, Database(dsn, home=AtHome("ouest"))), issuer)
