"""Two instances over a real broker, one of which is away while the other goes on."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from intercoop_advice.main import SERVICE
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import create_key_file
from testkit.advice_service import AURILLAC, FIGEAC, AdviceNetwork, AdviceService
from testkit.issuer import Issuer
from testkit.nodes import Node, until
from testkit.platform import Platform


class Running:
    """An owner's advice with its HTTP, and with its relay and worker while it is started."""

    def __init__(self, advice: AdviceService, settings: Settings) -> None:
        self.advice = advice
        self._settings = settings
        self.node = Node(SERVICE, settings)

    def start(self) -> None:
        self.node = Node(SERVICE, self._settings)
        relay = self.node.start_relay()
        self.advice.db.on_published(relay.wake)
        self.node.start_worker()

    async def stop(self) -> None:
        await self.node.close()

    async def sees(self, request: str, organisation, state: str) -> None:
        async def reached() -> bool:
            said = await self.advice.said("peer-advice")
            shown = said.get(f"{request}/{organisation}")
            return shown is not None and shown["state"] == state

        await until(reached, what=f"{state} at {self.advice.owner}")


@pytest.fixture
async def two(platform: Platform, issuer: Issuer, tmp_path: Path) -> AsyncIterator[list[Running]]:
    tag, running = uuid4().hex[:6], list[Running]()
    owners = [f"{name}-{tag}" for name in ("auvergne", "midi-pyrenees")]
    for owner in owners:
        keys = tmp_path / f"{owner}.keys"
        create_key_file(keys)
        dsn = await platform.database(SERVICE)
        settings = SERVICE.settings(
            network="test",
            owner=owner,
            database=SecretStr(dsn),
            kafka=platform.kafka.bootstrap,
            follows=frozenset(owners),
            sealing_keys_file=keys,
            signing_keys_file=issuer.keys_file,
        )
        running.append(Running(AdviceService(owner, dsn, issuer), settings))
    yield running
    for one in running:
        await one.stop()
        await one.advice.db.close()


async def test_a_union_that_was_away_finds_the_request_and_its_answer_when_it_is_back(
    two, exchange
):
    home, helpers = two
    network = AdviceNetwork(home.advice, helpers.advice)
    exchange.home = home.advice
    exchange.asker = await network.cooperative(home.advice, "Imprimerie", AURILLAC)
    helper = await network.cooperative(helpers.advice, "Atelier", FIGEAC)

    home.start()
    await exchange.ask(helper)
    assert await exchange.state_of(helper) == "asked"
    helpers.start()
    await helpers.sees(exchange.request, helper, "invited")

    await home.stop()
    assert (await exchange.offer(helpers.advice, helper)).status_code == 200
    await helpers.node.drained()
    home.start()
    await home.sees(exchange.request, exchange.asker, "offered")

    await helpers.stop()
    accepted = await exchange.decide(helper, "accept")
    assert accepted.json()["invitations"][0]["contact"]["email"] == "contact@atelier.example"
    await home.node.drained()
    helpers.start()
    await helpers.sees(exchange.request, helper, "introduced")
    told = await helpers.advice.shown_to(exchange.request, helper)
    assert told["counterparts"][0]["contact"]["email"] == "contact@imprimerie.example"
    for one in two:
        assert await one.advice.fetch("SELECT * FROM parked") == []
