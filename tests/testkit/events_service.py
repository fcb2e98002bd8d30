"""Services `events` of several owners in one test: databases, HTTP, messages between."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intercoop_chassis.jobs.timers import claim
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import (
    ORGANISATIONS,
    PEOPLE,
    CommuneView,
    OrganisationView,
    PersonView,
)
from intercoop_contracts.events import Format, MeetingView, PlaceView
from intercoop_events.main import SERVICE
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.service_under_test import ServiceUnderTest

API = "http://events.test/events/api"
PLACE = {"commune": "Toulouse", "departement": "31", "lat": 43.6, "lon": 1.44}


class EventsService(ServiceUnderTest):
    """One owner's `events`."""

    service = SERVICE

    async def knows_organisation(self, owner: str | None = None, **fields: Any) -> UUID:
        """A co-operative of the directory, of this instance or another."""
        organisation = new_id(owner or self.owner)
        view = OrganisationView(**{"name": "Atelier du Canal", "commune": TOULOUSE, **fields})
        event = state_event(ORGANISATIONS, owner or self.owner, organisation, view)
        await self.consumer.receive([event])
        return organisation

    async def fires_timers(self) -> int:
        """Fire every timer that is due, each in a transaction of its own; returns how many."""
        count = 0
        while await self.db.command(self._fires_one):
            count += 1
        return count

    async def _fires_one(self, tx: Transaction) -> bool:
        kinds = self.service.jobs.timers
        found = await claim(tx, self.clock(), list(kinds))
        if found is not None:
            await kinds[found.job.kind].handle(found.job, tx)
        return found is not None

    async def knows_person(self, given_name: str = "Camille") -> UUID:
        person = new_id(self.owner)
        view = PersonView(given_name=given_name, family_name="Exemple")
        await self.consumer.receive([state_event(PEOPLE, self.owner, person, view)])
        return person


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


def announced(home: EventsService, **fields: Any) -> MeetingView:
    """A visit in ten days that another organiser announces, however long its texts are."""
    starts = home.clock() + timedelta(days=10)
    usual = {
        "title": "Ailleurs",
        "format": Format.VISIT,
        "place": PlaceView(commune="Limoges"),
        "starts": starts,
        "ends": starts + timedelta(hours=2),
        "schedule_revision": 0,
    }
    return MeetingView.model_construct(**{**usual, **fields})
