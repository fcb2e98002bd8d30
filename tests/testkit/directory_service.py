"""Directories of several owners in one test: each with its database, its HTTP and its staff."""

import json
import time
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from intercoop_contracts.streams import Ended
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.handlers import load_communes
from intercoop_directory.settings import DirectorySettings
from testkit.accounts import Acquainted
from testkit.issuer import Issuer

API = "http://directory.test/directory/api"
SOME_DEPARTEMENTS = {"09", "12", "15", "31", "63", "69", "75", "974"}

PUBLISHED = """
SELECT subject, version, event_type, occurred_at, value FROM published WHERE topic = $1
"""


def _state(text: str) -> OrganisationView | Ended:
    """What an organisation is now, or that it has ended."""
    kind = Ended if "ended" in json.loads(text) else OrganisationView
    return kind.model_validate_json(text)


async def some_communes(dsn: str) -> None:
    """Fill a database with the communes of some départements, and with all former ones."""
    lines = shipped("communes.csv").splitlines(keepends=True)
    some = [line for line in lines[1:] if line.split(",")[2] in SOME_DEPARTEMENTS]
    db = Database(dsn, home=AtHome("nobody"))
    await db.command(lambda tx: load_communes("".join([lines[0], *some]), tx))
    await db.close()


class DirectoryService:
    """One owner's directory, without a broker; `hears` stands for relay, broker and worker."""

    def __init__(self, owner: str, dsn: str, issuer: Issuer, **settings: Any) -> None:
        self.owner = owner
        self.dsn = dsn
        self._issuer = issuer
        self.settings = DirectorySettings(
            network="test",
            owner=owner,
            database=SecretStr(dsn),
            kafka="localhost:1",
            signing_keys_file=issuer.keys_file,
            **settings,
        )
        self.db = Database(dsn, home=AtHome(owner, settings=self.settings))
        context = Context(self.settings, self.db)
        self.app = create_app([mounted(SERVICE, context)], Health())

    def client(self, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: staff of this owner, unless `claims` say else."""
        token = self._issuer.token(self.settings, **claims)
        return httpx.AsyncClient(
            base_url=API,
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )

    def browser(self, **claims: Any) -> httpx.AsyncClient:
        """A browser of a member of this owner, unless `claims` say else; it asks in French."""
        usual = {"roles": ["member"], "auth_time": int(time.time())}
        token = self._issuer.token(self.settings, **{**usual, **claims})
        return httpx.AsyncClient(
            base_url="http://directory.test",
            cookies={SessionCookie.of(self.settings).name: token},
            headers={"Accept": "text/html", "Accept-Language": "fr"},
            transport=Acquainted(httpx.ASGITransport(app=self.app), self.owner, [self.db]),
        )

    async def published(self) -> list[Change[OrganisationView]]:
        """What this owner has published of its organisations, as others would receive it."""
        async with self.db.read() as tx:
            rows = await tx.fetch(PUBLISHED, ORGANISATIONS.topic(self.owner))
        return [
            Change(
                stream=ORGANISATIONS,
                owner=self.owner,
                subject=row["subject"],
                version=row["version"],
                occurred_at=row["occurred_at"],
                event_type=row["event_type"],
                before=None,
                after=_state(row["value"]),
                is_news=True,
            )
            for row in rows
        ]

    async def hears(self, changes: Sequence[Change[OrganisationView]]) -> None:
        await self.db.command(lambda tx: projections.remember(changes, tx))

    async def versions(self) -> dict[str, int]:
        """The version of everything published, people included."""
        async with self.db.read() as tx:
            rows = await tx.fetch("SELECT subject, version FROM published")
        return {row["subject"]: row["version"] for row in rows}
