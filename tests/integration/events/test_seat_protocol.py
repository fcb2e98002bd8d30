"""The seat protocol between real databases, under every order of arrival that chance finds."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from testkit.ids import new_id
from testkit.in_memory_network import InMemoryNetwork

STEPS = 40


class Guests:
    """People of one union who register and withdraw as they like."""

    def __init__(self, events, organisation):
        self.events = events
        self.organisation = str(organisation)
        self.live = {}

    def client(self, person) -> httpx.AsyncClient:
        return self.events.client(sub=person, roles=["member"], organisations=[self.organisation])

    async def register(self, meeting):
        person = str(uuid4())
        body = {"meeting_id": meeting, "organisation_id": self.organisation}
        async with self.client(person) as client:
            answer = await client.post("/registrations", json=body)
        assert answer.status_code == 201, answer.text
        self.live[answer.json()["id"]] = person

    async def withdraw(self, chance):
        if not self.live:
            return
        registration = chance.choice(sorted(self.live))
        async with self.client(self.live.pop(registration)) as client:
            answer = await client.post(f"/registrations/{registration}/withdraw")
        assert answer.status_code == 200, answer.text


async def never_too_many(home):
    rows = await home.fetch(
        "SELECT count(*) FILTER (WHERE verdict = 'seated') AS seated FROM seats"
    )
    assert rows[0]["seated"] <= 3


@pytest.mark.parametrize("seed", range(6))
async def test_both_sides_agree_in_the_end_whatever_the_order(home, neighbour, announce, chance):
    meeting = (await announce(seats=3))["id"]
    await neighbour.hears_from(home)
    unions = [Guests(one, await one.knows_organisation()) for one in (home, neighbour)]
    network = InMemoryNetwork(chance, [home, neighbour])
    steps = [
        lambda: chance.choice(unions).register(meeting),
        lambda: chance.choice(unions).withdraw(chance),
        *[network.send, network.arrive] * 2,
        lambda: chance.choice([home, neighbour]).restart(),
    ]
    for _ in range(STEPS):
        await chance.choice(steps)()
        await never_too_many(home)
    for _ in range(3):
        await home.hears_from(neighbour)
        await neighbour.hears_from(home)
    await the_sides_agree(home, neighbour)


async def the_sides_agree(home, neighbour):
    word = {
        str(row["registration_id"]): row["verdict"]
        for row in await home.fetch("SELECT registration_id, verdict FROM seats")
    }
    theirs = {}
    for one in (home, neighbour):
        rows = await one.fetch("SELECT id, state FROM registrations")
        theirs |= {str(row["id"]): row["state"] for row in rows}
    assert word.keys() == theirs.keys()
    expected = {"seated": "seated", "waiting": "waiting", "released": "withdrawn"}
    assert {key: expected[verdict] for key, verdict in word.items()} == theirs
    counted = list(word.values())
    known = await neighbour.fetch("SELECT seats, seated, waiting FROM known_seats")
    assert known == [
        {
            "seats": 3,
            "seated": counted.count("seated"),
            "waiting": counted.count("waiting"),
        }
    ]
    assert counted.count("seated") == min(3, counted.count("seated") + counted.count("waiting"))


async def test_the_last_seat_goes_to_one_of_two_who_ask_in_the_same_moment(
    home, announce, registers
):
    for _ in range(10):
        meeting = (await announce(seats=1))["id"]
        answers = await asyncio.gather(*(registers(home, meeting) for _ in range(2)))
        assert sorted(one.json()["state"] for one in answers) == ["seated", "waiting"]


async def test_a_stranger_cannot_withdraw_anybodys_seat(home, neighbour, announce, registers):
    from intercoop_contracts.events import SEAT_REQUESTS, SeatRequestView, Wish
    from testkit.in_memory_network import state_event

    meeting = (await announce())["id"]
    await neighbour.hears_from(home)
    asked = (await registers(neighbour, meeting)).json()
    await home.hears_from(neighbour)
    forged = SeatRequestView(
        organiser="midi-pyrenees",
        meeting_id=UUID(meeting),
        organisation_id=UUID(asked["organisation_id"]),
        revision=9,
        wish=Wish.WITHDRAWN,
    )
    own_code = str(new_id("limousin"))
    for code in (asked["id"], own_code):
        await home.consumer.receive_as_read(state_event(SEAT_REQUESTS, "limousin", code, forged))
    verdict = "SELECT verdict FROM seats WHERE registration_id = $1"
    assert await home.fetch(verdict, UUID(asked["id"])) == [{"verdict": "seated"}]


async def test_an_answer_of_somebody_who_is_not_the_organiser_changes_nothing(
    home, neighbour, announce, registers
):
    from intercoop_contracts.events import SEAT_ANSWERS, SeatAnswerView, Verdict
    from testkit.in_memory_network import state_event

    meeting = (await announce())["id"]
    await neighbour.hears_from(home)
    asked = (await registers(neighbour, meeting)).json()
    forged = SeatAnswerView(
        asker="auvergne", meeting_id=UUID(meeting), request_revision=1, verdict=Verdict.SEATED
    )
    theirs = forged.model_copy(update={"meeting_id": new_id("limousin")})
    for view in (forged, theirs):
        answer = state_event(SEAT_ANSWERS, "limousin", asked["id"], view)
        await neighbour.consumer.receive_as_read(answer)
    assert await neighbour.fetch("SELECT state FROM registrations") == [{"state": "asked"}]
