"""Services `events` to try things in, each test with its own databases."""

from collections.abc import AsyncIterator

import httpx
import pytest

from intercoop_events.main import SERVICE
from testkit.events_service import EventsService, meeting_body
from testkit.issuer import Issuer
from testkit.platform import Platform


@pytest.fixture
async def home(platform: Platform, issuer: Issuer) -> AsyncIterator[EventsService]:
    """The organiser, Midi-Pyrénées."""
    events = EventsService("midi-pyrenees", await platform.database(SERVICE), issuer)
    yield events
    await events.db.close()


@pytest.fixture
async def neighbour(platform: Platform, issuer: Issuer) -> AsyncIterator[EventsService]:
    """Auvergne, whose people come as guests."""
    events = EventsService("auvergne", await platform.database(SERVICE), issuer)
    yield events
    await events.db.close()


@pytest.fixture
async def staff(home: EventsService) -> AsyncIterator[httpx.AsyncClient]:
    async with home.client() as client:
        yield client


@pytest.fixture
def announce(home: EventsService, staff: httpx.AsyncClient):
    """Schedule a meeting at home, as staff would; returns its answer."""

    async def schedule(**fields):
        answer = await staff.post("/meetings", json=meeting_body(home.clock(), **fields))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return schedule


@pytest.fixture
def registers():
    """Register somebody at their home, as they would themselves; returns the answer."""

    async def register(events, meeting, **claims):
        organisation = claims.pop("organisation", None) or await events.knows_organisation()
        usual = {"roles": ["member"], "organisations": [str(organisation)]}
        async with events.client(**{**usual, **claims}) as client:
            body = {"meeting_id": meeting, "organisation_id": str(organisation)}
            return await client.post("/registrations", json=body)

    return register
