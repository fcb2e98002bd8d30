"""Directories to try things in, each test with its own databases."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from intercoop_directory.main import SERVICE
from testkit.browsers import Browser
from testkit.delivered_mails import delivering
from testkit.directory_service import DirectoryService, some_communes
from testkit.import_pages import Importing
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.registered_people import manages, organisation, registered
from testkit.served_instance import ServedInstance, serve_instance
from testkit.smtp_server import ScriptedSmtpServer
from testkit.team import PUBLIC


@pytest.fixture
async def home(platform: Platform, issuer: Issuer) -> AsyncIterator[DirectoryService]:
    """The directory of Midi-Pyrénées, communes loaded."""
    dsn = await platform.database(SERVICE, fill=some_communes)
    directory = DirectoryService("midi-pyrenees", dsn, issuer)
    yield directory
    await directory.db.close()


@pytest.fixture
async def neighbour(platform: Platform, issuer: Issuer) -> AsyncIterator[DirectoryService]:
    """The directory of Auvergne, communes loaded."""
    dsn = await platform.database(SERVICE, fill=some_communes)
    directory = DirectoryService("auvergne", dsn, issuer)
    yield directory
    await directory.db.close()


@pytest.fixture
async def staff(home: DirectoryService) -> AsyncIterator[httpx.AsyncClient]:
    async with home.client() as client:
        yield client


@pytest.fixture
async def member(home: DirectoryService) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without any right here but to read."""
    async with home.client(roles=["member"]) as client:
        yield client


@pytest.fixture
async def lucie(staff: httpx.AsyncClient) -> UUID:
    """Manager of a co-operative, with an address of her own."""
    points = [{"kind": "email", "value": "Lucie@example.coop"}]
    return await registered(staff, {**manages(await organisation(staff)), "contact_points": points})


@pytest.fixture
def browser(home: DirectoryService) -> Browser:
    return Browser(home)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedSmtpServer]:
    """The mail server of `instance`."""
    async with ScriptedSmtpServer() as server:
        yield server


@pytest.fixture
async def instance(
    platform: Platform, issuer: Issuer, server: ScriptedSmtpServer
) -> AsyncIterator[ServedInstance]:
    """The directory of an instance that sends its mails."""
    settings = {"smtp": server.url, "mail_from": "intercoop@ouest.example", "public_url": PUBLIC}
    async with (
        serve_instance(platform, issuer, "directory", **settings) as one,
        delivering(one),
    ):
        yield one


@pytest.fixture
async def staff_browser(instance: ServedInstance) -> AsyncIterator[httpx.AsyncClient]:
    async with instance.browser(instance.token("staff")) as browser:
        yield browser


@pytest.fixture
async def operator_browser(instance: ServedInstance) -> AsyncIterator[httpx.AsyncClient]:
    async with instance.browser(instance.token("operator")) as browser:
        yield browser


@pytest.fixture
async def stranger(instance: ServedInstance) -> AsyncIterator[httpx.AsyncClient]:
    async with instance.browser() as browser:
        yield browser


@pytest.fixture
async def nadia(home: DirectoryService) -> AsyncIterator[Importing]:
    """Staff who imports files at a browser."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"  # what is said once travels in a secure cookie
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        yield Importing(home, browser)
