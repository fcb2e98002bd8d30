"""Another owner publishes an organisation under an id that is not its own."""

from datetime import timedelta

import pytest

from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView, PublicContact
from intercoop_directory.main import SERVICE
from testkit.in_memory_network import StateEventConsumer, newest_states, state_event

IMPOSTOR = "aaa"
"""Its name comes first in the alphabet; its clock is ahead."""


@pytest.fixture
async def registered(staff):
    body = {"name": "Atelier du Canal", "contact": {"email": "bonjour@canal.example"}}
    answer = await staff.post("/organisations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.mark.parametrize("whose", ["home", "neighbour"])
async def test_an_organisation_under_anothers_id_is_nowhere_seen(
    home, neighbour, registered, whose
):
    directory = {"home": home, "neighbour": neighbour}[whose]
    consumer = StateEventConsumer(SERVICE, directory.owner, directory.db)
    contact = PublicContact(email="moi@impostor.example")
    copied = OrganisationView(name="Atelier du Canal", contact=contact)
    event = state_event(ORGANISATIONS, IMPOSTOR, registered, copied, 9)
    later = event.envelope._replace(time=event.envelope.time + timedelta(days=2))
    (obstacle,) = await consumer.receive_as_read(event._replace(envelope=later))
    await consumer.receive(await newest_states(SERVICE, home.db))
    assert obstacle.kind is ObstacleKind.FOREIGN_ID
    async with directory.client() as staff:
        one = (await staff.get(f"/organisations/{registered}")).json()
        listed = (await staff.get("/organisations")).json()["items"]
        found = (await staff.get("/organisations/search", params={"q": "canal"})).json()["items"]
    assert (one["owner"], one["contact"]["email"]) == (home.owner, "bonjour@canal.example")
    assert [each["owner"] for each in listed] == [home.owner]
    assert [each["owner"] for each in found] == [home.owner]
