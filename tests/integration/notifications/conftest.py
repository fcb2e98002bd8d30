"""A service `notifications` and a mail server to try things in, each test with its own."""

from collections.abc import AsyncIterator

import pytest

from intercoop_notifications.main import SERVICE
from testkit.issuer import Issuer
from testkit.notifications_service import NotificationsService
from testkit.platform import Platform
from testkit.smtp_server import ScriptedSmtpServer


@pytest.fixture
async def smtp_server() -> AsyncIterator[ScriptedSmtpServer]:
    async with ScriptedSmtpServer() as smtp_server:
        yield smtp_server


@pytest.fixture
async def service(
    platform: Platform, issuer: Issuer, smtp_server: ScriptedSmtpServer
) -> AsyncIterator[NotificationsService]:
    """Set up for mail; nothing leaves before `start_posting`."""
    service = NotificationsService(
        await platform.database(SERVICE),
        issuer,
        smtp=smtp_server.url,
        mail_from="intercoop@scop.example",
        public_url="https://coop.example",
    )
    await service.open()
    yield service
    await service.close()
