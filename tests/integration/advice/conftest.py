"""Services `advice` to try things in, each test with its own databases."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from intercoop_advice.main import SERVICE
from intercoop_contracts.directory import ORGANISATIONS
from testkit.advice_service import AURILLAC, FIGEAC, AdviceNetwork, AdviceService, cooperative
from testkit.forms_of_pages import Reader
from testkit.ids import new_id
from testkit.in_memory_network import state_event
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.strange_owner import StrangeOwner
from testkit.withheld import OURS


@pytest.fixture
async def home(platform: Platform, issuer: Issuer) -> AsyncIterator[AdviceService]:
    """Auvergne, whose co-operative asks."""
    advice = AdviceService("auvergne", await platform.database(SERVICE), issuer)
    yield advice
    await advice.db.close()


@pytest.fixture
async def neighbour(platform: Platform, issuer: Issuer) -> AsyncIterator[AdviceService]:
    """Midi-Pyrénées, across the border."""
    advice = AdviceService("midi-pyrenees", await platform.database(SERVICE), issuer)
    yield advice
    await advice.db.close()


@pytest.fixture
def network(home: AdviceService, neighbour: AdviceService) -> AdviceNetwork:
    return AdviceNetwork(home, neighbour)


@pytest.fixture
async def asker(network: AdviceNetwork, home: AdviceService):
    """The co-operative that asks, in Aurillac."""
    return await network.cooperative(home, "Imprimerie du Cantal", AURILLAC, trade="18.12Z")


@pytest.fixture
async def helper(network: AdviceNetwork, neighbour: AdviceService):
    """A co-operative in Figeac, in the other union."""
    return await network.cooperative(neighbour, "Atelier de Figeac", FIGEAC, trade="43.32A")


@pytest.fixture
def advice(neighbour: AdviceService) -> AdviceService:
    """The instance that is asked too much."""
    return neighbour


@pytest.fixture
def stranger(advice: AdviceService) -> StrangeOwner:
    return StrangeOwner(advice)


@pytest.fixture
async def members(advice: AdviceService) -> list[UUID]:
    """Sixty co-operatives of ours."""
    organisations = [new_id(OURS) for _ in range(60)]
    events = [
        state_event(ORGANISATIONS, OURS, each, cooperative(f"Scop {number}"))
        for number, each in enumerate(organisations)
    ]
    await advice.consumer.receive(events)
    return organisations


class Exchange:
    """A request and its invitations, driven by the people of both sides."""

    def __init__(self, home, asker):
        self.home = home
        self.asker = asker
        self.request = ""
        self.invitations = {}

    async def ask(self, *organisations, **fields):
        body = {"organisation_id": str(self.asker), "title": "Nous cherchons des locaux", **fields}
        made = await self.at_home("POST", "/requests", body)
        self.request = made["id"]
        return await self.invite(*organisations) if organisations else made

    async def invite(self, *organisations):
        body = {"organisations": [str(one) for one in organisations]}
        made = await self.at_home("POST", f"/requests/{self.request}/invitations", body)
        self.invitations = {one["organisation_id"]: one["id"] for one in made["invitations"]}
        return made

    async def at_home(self, method, address, body=None):
        """Said by the asker's people; it must be taken."""
        async with self.home.member(self.asker) as people:
            answer = await people.request(method, address, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def read(self):
        return await self.at_home("GET", f"/requests/{self.request}")

    async def state_of(self, organisation):
        shown = await self.read()
        return {one["organisation_id"]: one["state"] for one in shown["invitations"]}[
            str(organisation)
        ]

    async def decide(self, organisation, verdict):
        """The asker accepts an offer, or leaves it; returns the whole answer."""
        address = f"/requests/{self.request}/offers/{self.invitations[str(organisation)]}/{verdict}"
        async with self.home.member(self.asker) as people:
            return await people.post(address)

    async def close(self, what_helped="Un hangar à partager", **fields):
        body = {"what_helped": what_helped, **fields}
        return await self.at_home("POST", f"/requests/{self.request}/close", body)

    async def reply(self, instance, organisation, word, body=None):
        """The people of an invited co-operative reply; returns the whole answer."""
        address = f"/invitations/{self.invitations[str(organisation)]}/{word}"
        async with instance.member(organisation) as people:
            return await people.post(address, json=body)

    async def offer(self, instance, organisation, text="Nous avons de la place."):
        return await self.reply(instance, organisation, "offer", {"text": text})


@pytest.fixture
def exchange(home, asker):
    return Exchange(home, asker)


@pytest.fixture
async def lucie(home, asker):
    """Of the people of the co-operative that asks."""
    async with home.browser(organisations=[str(asker)]) as browser:
        yield Reader(browser)


@pytest.fixture
async def paul(neighbour, helper):
    """Of the people of the co-operative that is asked, in the other union."""
    async with neighbour.browser(organisations=[str(helper)]) as browser:
        yield Reader(browser)


@pytest.fixture
async def nadia(home):
    """Staff where somebody asks."""
    async with home.browser(roles=["staff"]) as browser:
        yield Reader(browser)


@pytest.fixture
async def samir(home):
    """A member where somebody asks, who acts for no co-operative."""
    async with home.browser() as browser:
        yield Reader(browser)


@pytest.fixture
async def record(exchange, helper):
    """A request that asks a co-operative of the other union; its page's address."""
    await exchange.ask(helper)
    return f"/advice/requests/{exchange.request}"


@pytest.fixture
async def offered(home, neighbour, record, exchange, helper):
    """The same, and help was offered: the address of the offer's page, without its last word."""
    await neighbour.hears_from(home)
    await exchange.offer(neighbour, helper)
    await home.hears_from(neighbour)
    return f"{record}/offers/{exchange.invitations[str(helper)]}"
