"""A session in services that run apart: ended for all of them, and going on without the others."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_directory.accounts.handlers.sessions import end_listed_session
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import person_view
from intercoop_directory.standings import handlers as standings
from intercoop_directory.standings.domain.sessions import SignInWay
from intercoop_events.main import SERVICE as EVENTS
from testkit.issuer import Issuer
from testkit.nodes import Node, until
from testkit.platform import Platform

RECORD = {"given_name": "Lucie", "family_name": "Exemple"}


class Apart:
    """A service of an instance in a process of its own: its application, relay and worker."""

    def __init__(self, service: Service, settings: Any) -> None:
        self.node = Node(service, settings)
        context = Context(settings, self.node.db)
        self.app = create_app([mounted(service, context, self.node.keyring)], Health())
        self.api = f"http://instance.test/{service.name}/api"

    def client(self, token: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.api,
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )


class Instance:
    """The directory and events of one owner, apart."""

    def __init__(self, directory: Apart, events: Apart, issuer: Issuer) -> None:
        self.directory, self.events = directory, events
        self.staff = directory.client(issuer.token(directory.node.settings, roles=["staff"]))

    async def registers(self) -> UUID:
        """A manager of a co-operative."""
        atelier = (await self.staff.post("/organisations", json={"name": "Atelier"})).json()["id"]
        mandate = {"organisation_id": atelier, "role": "manager", "since": "2016-01-01"}
        made = await self.staff.post("/people", json={**RECORD, "mandates": [mandate]})
        assert made.status_code == 201, made.text
        return UUID(made.json()["id"])

    async def signs_in(self, person: UUID) -> tuple[UUID, str]:
        """A session of somebody, and a token of it."""

        async def work(tx: Any) -> UUID:
            known = await people.lock(person, tx)
            assert known is not None
            holder = standings.Holder(person, person_view(known.record).mandates)
            return (await standings.open_session(holder, SignInWay.MAIL_LINK, "", tx)).id

        session = await self.directory.node.db.command(work)
        return session, self.directory.app.state.sessions.begin(person, session)

    async def ends(self, person: UUID, session: UUID) -> None:
        await self.directory.node.db.command(lambda tx: end_listed_session(person, session, tx))


@pytest.fixture
async def instance(platform: Platform, issuer: Issuer, tmp_path: Path) -> AsyncIterator[Instance]:
    owner = f"ouest-{uuid4().hex[:6]}"
    keys = tmp_path / "sealing.keys"
    create_key_file(keys)
    services = []
    for service in (DIRECTORY, EVENTS):
        settings = service.settings(
            network="test",
            owner=owner,
            database=SecretStr(await platform.database(service)),
            kafka=platform.kafka.bootstrap,
            follows=frozenset({owner}),
            sealing_keys_file=keys,
            signing_keys_file=issuer.keys_file,
        )
        services.append(Apart(service, settings))
    directory, events = services
    directory.node.start_relay()
    events.node.start_worker()
    yield Instance(directory, events, issuer)
    for each in services:
        await each.node.close()


async def status(client: httpx.AsyncClient, path: str = "/registrations") -> int:
    return (await client.get(path)).status_code


async def test_a_session_goes_on_without_directory_and_broker_and_ends_everywhere_when_it_is_told(
    instance: Instance,
) -> None:
    person = await instance.registers()
    session, token = await instance.signs_in(person)
    _, other_token = await instance.signs_in(person)
    phone, desk = instance.events.client(token), instance.events.client(other_token)
    at_home = instance.directory.client(token)

    async def arrived() -> bool:
        return await status(phone) == 200

    await until(arrived, what="the account in events")
    assert await status(desk) == 200
    assert await status(at_home, "/organisations") == 200

    await instance.events.node.stop()  # nothing arrives any more
    await instance.directory.node.stop()
    await instance.ends(person, session)
    assert await status(phone) == 200, "the last known counts"

    instance.directory.node.start_relay()
    instance.events.node.start_worker()

    async def is_over(client: httpx.AsyncClient, path: str) -> bool:
        return await status(client, path) == 401

    await until(lambda: is_over(at_home, "/organisations"), what="the end in the directory")
    await until(lambda: is_over(phone, "/registrations"), what="the end in events")
    await instance.directory.node.stop()
    await instance.directory.node.db.close()
    assert await status(desk) == 200, "another session goes on, the directory being away"
