"""One reaction serves home and away: what it costs, and which rooms a registration goes through."""

from collections import Counter

import pytest

from testkit.events_service import meeting_body
from testkit.rooms import rooms_entered
from testkit.statements import counted

AT_HOME = [
    "registrations.api.registrations",
    "access",
    "registrations.handlers",
    "meetings.subscribers",
    "meetings.handlers.seats",
    "registrations.subscribers",
    "registrations.handlers",
]


async def registers_once(events, meeting):
    """Register a new member, with an idempotency key; what they need is there before."""
    organisation = str(await events.knows_organisation())
    client = events.client(roles=["member"], organisations=[organisation])

    async def register():
        body = {"meeting_id": meeting, "organisation_id": organisation}
        answer = await client.post("/registrations", json=body, headers={"Idempotency-Key": "1"})
        assert answer.status_code == 201, answer.text
        return answer.json()["state"]

    return client, register


async def test_at_home_each_room_is_entered_once_but_for_the_answer(home, announce):
    meeting = (await announce())["id"]
    client, register = await registers_once(home, meeting)
    async with client:
        with rooms_entered("intercoop_events") as rooms:
            assert await register() == "seated"
    assert rooms == AT_HOME


async def test_a_guest_goes_through_the_same_rooms_in_two_instances(home, neighbour, announce):
    meeting = (await announce())["id"]
    await neighbour.hears_from(home)
    client, register = await registers_once(neighbour, meeting)
    async with client:
        with rooms_entered("intercoop_events") as asking:
            assert await register() == "asked"
    with rooms_entered("intercoop_events") as answering:
        await home.hears_from(neighbour)
    with rooms_entered("intercoop_events") as hearing:
        await neighbour.hears_from(home)
    assert asking == AT_HOME[:3]
    assert answering == AT_HOME[3:5]
    assert hearing == AT_HOME[5:]
    assert max(Counter(asking + answering + hearing).values()) <= 2


async def test_a_registration_at_home_costs_fourteen_statements(home, announce, monkeypatch):
    """With an idempotency key; each is a round trip while the meeting's row is locked."""
    meeting = (await announce())["id"]
    client, register = await registers_once(home, meeting)
    async with client:
        with counted(monkeypatch) as asked:
            await register()
    assert len(asked) == 14, "\n".join(asked)


@pytest.mark.parametrize(("waiting", "statements"), [(1, 12), (2, 14)])
async def test_each_promoted_guest_costs_two_statements(
    home, staff, announce, registers, monkeypatch, waiting, statements
):
    meeting = (await announce(seats=1))["id"]
    for _ in range(1 + waiting):
        await registers(home, meeting)
    body = meeting_body(home.clock(), seats=1 + waiting)
    with counted(monkeypatch) as asked:
        more = await staff.put(f"/meetings/{meeting}", json=body, headers={"If-Match": '"1"'})
    assert more.json()["seats"] == {"seats": 1 + waiting, "seated": 1 + waiting, "waiting": 0}
    assert len(asked) == statements, "\n".join(asked)
