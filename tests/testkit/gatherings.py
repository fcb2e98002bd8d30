"""Services `events` of several owners in one test: databases, HTTP, and the road between them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from intercoop_chassis.health import Health
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Context
from intercoop_chassis.settings import Settings
from intercoop_contracts.directory import (
    ORGANISATIONS,
    PEOPLE,
    CommuneView,
    OrganisationView,
    PersonView,
)
from intercoop_events.api import routes
from intercoop_events.main import SERVICE
from testkit.issuer import Issuer
from testkit.roads import Inbox, newest_states, state_event

API = "http://events.test/events/api"
PLACE = {"commune": "Toulouse", "departement": "31", "lat": 43.6, "lon": 1.44}


class Clock:
    """The test's own time; it stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Events:
    """One owner's `events`, without a broker."""

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
        self.app = create_app([Mounted("events", routes(context), context)], Health())

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

    async def knows_organisation(self, owner: str | None = None, **fields: Any) -> UUID:
        """A co-operative of the directory, of this instance or another."""
        organisation = uuid4()
        view = OrganisationView(**{"name": "Atelier du Canal", "commune": TOULOUSE, **fields})
        event = state_event(ORGANISATIONS, owner or self.owner, organisation, view)
        await self.inbox.receive([event])
        return organisation

    async def knows_person(self, given_name: str = "Camille") -> UUID:
        person = uuid4()
        view = PersonView(given_name=given_name, family_name="Exemple")
        await self.inbox.receive([state_event(PEOPLE, self.owner, person, view)])
        return person

    async def hears_from(self, *others: "Events") -> None:
        """Everything the others have published, in their newest states."""
        for other in others:
            await self.inbox.receive(await newest_states(SERVICE, other.db))

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]


TOULOUSE = CommuneView(
    code="31555", name="Toulouse", departement="31", epci="243100518", lat=43.6, lon=1.44
)


def meeting_body(now: datetime, **fields: Any) -> dict[str, Any]:
    """A visit in ten days, as staff would write it."""
    starts = (now + timedelta(days=10)).replace(microsecond=0)
    usual = {
        "title": "Visite de l'atelier",
        "format": "visit",
        "place": PLACE,
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=3)).isoformat(),
        "seats": 2,
    }
    return {**usual, **fields}
