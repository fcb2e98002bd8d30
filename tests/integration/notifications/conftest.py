"""A service `notifications` and a mail server to try things in, each test with its own."""

from collections.abc import AsyncIterator

import pytest

from intercoop_notifications.main import SERVICE
from testkit.issuer import Issuer
from testkit.notices import Notifications
from testkit.platform import Platform
from testkit.post_office import PostOffice


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    await office.open()
    yield office
    await office.close()


@pytest.fixture
async def service(
    platform: Platform, issuer: Issuer, office: PostOffice
) -> AsyncIterator[Notifications]:
    """Set up for mail; nothing leaves before `start_posting`."""
    service = Notifications(
        await platform.database(SERVICE),
        issuer,
        smtp=office.url,
        mail_from="intercoop@scop.example",
        public_url="https://coop.example",
    )
    await service.open()
    yield service
    await service.close()
