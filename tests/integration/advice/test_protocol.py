"""Asking and helping between real databases, under every order of arrival that chance finds."""

import pytest

from testkit.advice_service import FIGEAC
from testkit.in_memory_network import InMemoryNetwork

STEPS = 40
AGREE = {
    "asked": {"invited", "declined", "closed"},
    "offered": {"offered"},
    "accepted": {"introduced"},
    "not-taken": {"not-taken"},
    "withdrawn": {"withdrawn"},
}


class People:
    """Of three co-operatives that are asked, and of the one that asks: each does as it likes."""

    def __init__(self, chance, exchange, homes):
        self.chance = chance
        self.exchange = exchange
        self.homes = homes

    async def reply(self):
        """Whatever a helper may try; what is refused is refused in words."""
        organisation = self.chance.choice(list(self.homes))
        word = self.chance.choice(["offer", "offer", "withdraw", "decline"])
        body = (
            {"text": self.chance.choice(["Venez voir", "Un hangar"])} if word == "offer" else None
        )
        answer = await self.exchange.reply(self.homes[organisation], organisation, word, body)
        assert answer.status_code in {200, 404, 409}, answer.text

    async def decide(self):
        organisation = self.chance.choice(list(self.homes))
        verdict = self.chance.choice(["accept", "not-taken"])
        answer = await self.exchange.decide(organisation, verdict)
        assert answer.status_code in {200, 409}, answer.text

    async def close(self):
        if self.chance.random() < 0.1 and (await self.exchange.read())["state"] == "open":
            await self.exchange.close()


@pytest.mark.parametrize("seed", range(8))
async def test_both_sides_agree_in_the_end_whatever_the_order(
    home, neighbour, network, asker, helper, exchange, chance
):
    near = await network.cooperative(home, "Le Fournil")
    far = await network.cooperative(neighbour, "La Filature", FIGEAC)
    homes = {near: home, helper: neighbour, far: neighbour}
    await exchange.ask(*homes)
    people, network = People(chance, exchange, homes), InMemoryNetwork(chance, [home, neighbour])
    steps = [
        *[people.reply] * 3,
        *[people.decide] * 2,
        people.close,
        *[network.send, network.arrive] * 3,
        lambda: chance.choice([home, neighbour]).restart(),
    ]
    for _ in range(STEPS):
        await chance.choice(steps)()
    for _ in range(3):
        await home.hears_from(neighbour)
        await neighbour.hears_from(home)
    await the_sides_agree(exchange, homes)
    for one in (home, neighbour):
        assert "declin" not in str(await one.fetch("SELECT * FROM published"))
        assert not one.consumer.waits


async def the_sides_agree(exchange, homes):
    request = await exchange.read()
    shown = await exchange.home.shown_to(exchange.request, exchange.asker)
    counterparts = {one["organisation_id"]: one for one in shown["counterparts"]}
    for invitation in request["invitations"]:
        organisation = invitation["organisation_id"]
        instance = next(one for key, one in homes.items() if str(key) == organisation)
        async with instance.client() as staff:
            answer = await staff.get(f"/invitations/{invitation['id']}")
        if answer.status_code == 404:
            assert (request["state"], invitation["state"]) == ("closed", "asked")
            continue  # it was closed before it came
        theirs = answer.json()
        assert theirs["state"] in AGREE[invitation["state"]]
        assert theirs["offer"] == invitation["offer"]
        assert theirs["request"]["state"] == request["state"]
        introduced = invitation["state"] == "accepted"
        told = (await instance.shown_to(exchange.request, organisation))["counterparts"][0]
        mine = counterparts.get(organisation, {"state": None, "contact": None})
        assert (invitation["state"] == "asked") == (organisation not in counterparts)
        for one in (told, mine):
            assert (one["state"] == "introduced") == (one["contact"] is not None) == introduced
