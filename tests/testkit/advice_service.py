"""Services `advice` of several owners in one test: databases, HTTP, messages between."""

import json
from typing import Any
from uuid import UUID

import httpx

from intercoop_advice.main import SERVICE
from intercoop_contracts.directory import (
    ORGANISATIONS,
    CommuneView,
    OrganisationView,
    PublicContact,
)
from intercoop_contracts.streams import Ended
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.service_under_test import ServiceUnderTest

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


class AdviceService(ServiceUnderTest):
    """One owner's `advice`."""

    service = SERVICE

    def member(self, *organisations: UUID, **claims: Any) -> httpx.AsyncClient:
        """A member of these co-operatives."""
        named = [str(one) for one in organisations]
        return self.client(**{"roles": ["member"], "organisations": named, **claims})

    async def said(self, stream: str) -> dict[str, dict[str, Any]]:
        """The newest state of everything this owner published on a stream, by subject."""
        rows = await self.fetch(
            "SELECT subject, value FROM published WHERE topic LIKE $1", f"%.{stream}.v1"
        )
        return {row["subject"]: json.loads(row["value"]) for row in rows}

    async def shown_to(self, request: str, organisation: UUID) -> dict[str, Any]:
        """What the people of one co-operative should see of a request."""
        return (await self.said("peer-advice"))[f"{request}/{organisation}"]


class AdviceNetwork:
    """Instances, and the directories' word on who is a member where."""

    def __init__(self, *instances: AdviceService) -> None:
        self.instances = instances
        self._versions: dict[UUID, int] = {}

    async def cooperative(
        self, home: AdviceService, name: str, commune: CommuneView | None = AURILLAC, **fields: Any
    ) -> UUID:
        """A member of this owner, known everywhere."""
        organisation = new_id(home.owner)
        await self.tell(home, organisation, cooperative(name, commune, **fields))
        return organisation

    async def tell(
        self,
        home: AdviceService,
        organisation: UUID,
        view: OrganisationView | Ended,
        *to: AdviceService,
    ) -> None:
        """What an owner's directory publishes now of an organisation arrives."""
        version = self._versions[organisation] = self._versions.get(organisation, 0) + 1
        event = state_event(ORGANISATIONS, home.owner, organisation, view, version)
        for one in to or self.instances:
            await one.consumer.receive([event])


def cooperative(
    name: str, commune: CommuneView | None = AURILLAC, **fields: Any
) -> OrganisationView:
    """A co-operative as its directory publishes it."""
    contact = PublicContact(email=f"contact@{name.lower().replace(' ', '-')}.example")
    return OrganisationView(**{"name": name, "commune": commune, "contact": contact, **fields})
