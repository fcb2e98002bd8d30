"""Services `advice` of several owners in one test: databases, HTTP, and the road between them."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from intercoop_advice.api import routes
from intercoop_advice.main import SERVICE
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Context
from intercoop_chassis.settings import Settings
from intercoop_contracts.directory import (
    ORGANISATIONS,
    CommuneView,
    OrganisationView,
    PublicContact,
)
from intercoop_contracts.streams import Ended
from testkit.gatherings import Clock
from testkit.issuer import Issuer
from testkit.roads import Inbox, newest_states, state_event

API = "http://advice.test/advice/api"

AURILLAC = CommuneView(
    code="15014", name="Aurillac", departement="15", epci="241500230", lat=44.9261, lon=2.4405
)
ARPAJON = CommuneView(
    code="15012", name="Arpajon", departement="15", epci="241500230", lat=44.9045, lon=2.4571
)
FIGEAC = CommuneView(
    code="46102", name="Figeac", departement="46", epci="200067361", lat=44.6081, lon=2.0336
)
LILLE = CommuneView(
    code="59350", name="Lille", departement="59", epci="200093201", lat=50.6330, lon=3.0586
)


class Advice:
    """One owner's `advice`, without a broker."""

    def __init__(self, owner: str, dsn: str, issuer: Issuer) -> None:
        self.owner = owner
        self.dsn = dsn
        self.clock = Clock()
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
        self.db = Database(self.dsn, owner=self.owner)
        self.inbox = Inbox(SERVICE, self.owner, self.db)
        context = Context(self.settings, self.db, self.clock)
        self.app = create_app([Mounted("advice", routes(context), context)], Health())

    async def restart(self) -> None:
        """Nothing but the database is kept."""
        await self.db.close()
        self._open()

    def client(self, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: staff of this owner, unless `claims` say else."""
        token = self._issuer.token(**{"owner": self.owner, **claims})
        return httpx.AsyncClient(
            base_url=API,
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )

    def member(self, *organisations: UUID, **claims: Any) -> httpx.AsyncClient:
        """A member of these co-operatives."""
        named = [str(one) for one in organisations]
        return self.client(**{"roles": ["member"], "organisations": named, **claims})

    async def hears_from(self, *others: "Advice", alone: bool = False) -> None:
        """Everything the others have published, in their newest states."""
        for other in others:
            await self.inbox.receive(await newest_states(SERVICE, other.db), alone=alone)

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]

    async def said(self, stream: str) -> dict[str, dict[str, Any]]:
        """The newest state of everything this owner published on a stream, by subject."""
        rows = await self.fetch(
            "SELECT subject, value FROM published WHERE topic LIKE $1", f"%.{stream}.v1"
        )
        return {row["subject"]: json.loads(row["value"]) for row in rows}

    async def shown_to(self, request: str, organisation: UUID) -> dict[str, Any]:
        """What the people of one co-operative should see of a request."""
        return (await self.said("peer-advice"))[f"{request}/{organisation}"]


class Network:
    """Instances, and the directories' word on who is a member where."""

    def __init__(self, *instances: Advice) -> None:
        self.instances = instances
        self._versions: dict[UUID, int] = {}

    async def cooperative(
        self, home: Advice, name: str, commune: CommuneView | None = AURILLAC, **fields: Any
    ) -> UUID:
        """A member of this owner, known everywhere."""
        organisation = uuid4()
        await self.tell(home, organisation, cooperative(name, commune, **fields))
        return organisation

    async def tell(
        self, home: Advice, organisation: UUID, view: OrganisationView | Ended, *to: Advice
    ) -> None:
        """What an owner's directory publishes now of an organisation arrives."""
        version = self._versions[organisation] = self._versions.get(organisation, 0) + 1
        event = state_event(ORGANISATIONS, home.owner, organisation, view, version)
        for one in to or self.instances:
            await one.inbox.receive([event])


def cooperative(
    name: str, commune: CommuneView | None = AURILLAC, **fields: Any
) -> OrganisationView:
    """A co-operative as its directory publishes it."""
    contact = PublicContact(email=f"contact@{name.lower().replace(' ', '-')}.example")
    return OrganisationView(**{"name": name, "commune": commune, "contact": contact, **fields})
