"""A directory whose mails leave, and Lucie with her browser."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from intercoop_directory.main import SERVICE
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.registered_people import manages, organisation, registered
from testkit.sign_in_pages import LUCIE, SigningIn, Visitor
from testkit.smtp_server import ScriptedSmtpServer


@pytest.fixture
async def post() -> AsyncIterator[ScriptedSmtpServer]:
    async with ScriptedSmtpServer() as server:
        yield server


@pytest.fixture
async def home(
    platform: Platform, issuer: Issuer, post: ScriptedSmtpServer
) -> AsyncIterator[SigningIn]:
    directory = SigningIn(await platform.database(SERVICE), issuer, post).post()
    yield directory
    await directory.close()


@pytest.fixture
async def lucies(home: SigningIn, staff: httpx.AsyncClient) -> UUID:
    points = [{"kind": "email", "value": LUCIE}]
    return await registered(staff, {**manages(await organisation(staff)), "contact_points": points})


@pytest.fixture
async def lucie(home: SigningIn, lucies: UUID) -> AsyncIterator[Visitor]:
    """Lucie's browser."""
    async with Visitor(home) as browser:
        yield browser
