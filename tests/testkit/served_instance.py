"""Every service of one owner in one process, served over HTTP with real databases and tokens."""

import asyncio
import re
import time
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from pydantic import SecretStr

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.http.rights import Declared, declared_rights
from intercoop_chassis.http.server import serve_http
from intercoop_chassis.mounting import mounted
from intercoop_chassis.pages.paths import is_page_path
from intercoop_chassis.postgres import AtHome, Database
from intercoop_local import openapi
from intercoop_local.platform.ports import free_port
from intercoop_local.services import NAMES, load_services
from testkit.accounts import Acquainted
from testkit.issuer import Issuer
from testkit.platform import Platform

OWNER = "ouest"
DECLARED: list[Declared] = declared_rights(openapi.application())
ROUTES = [one for one in DECLARED if not is_page_path(one.path)]
PAGES = [one for one in DECLARED if is_page_path(one.path)]
"""What browsers ask for, with a cookie; `ROUTES` are the rest."""
PLACE = re.compile(r"{\w+(:\w+)?}")


class ObservedResponse(NamedTuple):
    """What a test compares; the text of an endless answer is empty."""

    status: int
    code: str
    headers: httpx.Headers
    text: str


def fill_path(path: str) -> str:
    """An address of a route; what it names does not exist."""
    return PLACE.sub(lambda found: str(uuid4()) if found[1] else "nothing-known-by-this-name", path)


class ServedInstance:
    """One instance, every service of it, on a port of its own."""

    def __init__(self, dsns: dict[str, str], issuer: Issuer, **settings: Any) -> None:
        self.issuer = issuer
        self.stop = asyncio.Event()
        services = load_services(tuple(dsns))
        self.dbs: dict[str, Database] = {}
        mounted = [self._mounted(service, dsns[service.name], settings) for service in services]
        self.app = create_app(mounted, Health())
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.serving = asyncio.create_task(serve_http(self.app, "127.0.0.1", self.port, self.stop))

    def _mounted(self, service: Any, dsn: str, more: dict[str, Any]) -> Mounted:
        settings = self.settings = service.settings(
            network="test",
            owner=OWNER,
            database=SecretStr(dsn),
            kafka="localhost:1",
            signing_keys_file=self.issuer.keys_file,
            **more,
        )
        home = AtHome(OWNER, service.subscribers.home, settings=settings)
        db = self.dbs[service.name] = Database(dsn, home=home)
        context = Context(settings, db, stop=self.stop)
        return mounted(service, context)

    def token(self, *roles: str, **claims: Any) -> str:
        """A token for this instance, with these roles, of its owner unless `claims` say else.

        It is a session's: its person signed in a moment ago, and whoever asks with it has an
        account here with these roles, who acts for the `organisations` of the claims.
        """
        usual = {"roles": list(roles), "auth_time": int(time.time())}
        return self.issuer.token(self.settings, **{**usual, **claims})

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        """A client with this token; without one, a stranger."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            base_url=self.url,
            headers=headers,
            transport=self._transport(),
        )

    def browser(self, token: str | None = None) -> httpx.AsyncClient:
        """A browser whose session has this token; it takes pages, and asks in French."""
        return httpx.AsyncClient(
            base_url=self.url,
            cookies={SessionCookie.of(self.settings).name: token} if token else {},
            headers={"Accept": "text/html", "Accept-Language": "fr"},
            transport=self._transport(),
        )

    def _transport(self) -> httpx.AsyncBaseTransport:
        http = httpx.AsyncHTTPTransport(verify=False, retries=20)
        return Acquainted(http, OWNER, self.dbs.values())

    def as_a(self, *roles: str, **claims: Any) -> httpx.AsyncClient:
        """A client with these roles at this owner, unless `claims` say else."""
        return self.client(self.token(*roles, **claims))

    async def close(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.serving, 40)
        for db in self.dbs.values():
            await db.close()


@asynccontextmanager
async def serve_instance(platform: Platform, issuer: Issuer, *names: str, **settings: Any):
    """These services, or every one."""
    chosen = load_services(names or NAMES)
    instance = ServedInstance(
        {one.name: await platform.database(one) for one in chosen}, issuer, **settings
    )
    yield instance
    await instance.close()


async def send_request(
    client: httpx.AsyncClient, method: str, path: str, **request: Any
) -> ObservedResponse:
    """The answer's beginning, and its text unless it is an endless stream."""
    async with client.stream(method, path, **request) as answer:
        endless = answer.headers.get("content-type", "").startswith("text/event-stream")
        text = "" if endless else (await answer.aread()).decode()
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        code = answer.json()["code"] if is_problem and text else ""
        return ObservedResponse(answer.status_code, code, answer.headers, text)
