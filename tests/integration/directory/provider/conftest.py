"""A provider of the test's own, the client that asks it, and the time between."""

from collections.abc import Iterator

import pytest

from intercoop_directory.accounts.gateways.provider.client import Client, Provider
from testkit.asked_provider import BACK, HandClock
from testkit.openid_provider import CLIENT, SECRET, OpenIdProvider


@pytest.fixture
def there() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    yield provider
    provider.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def provider(there: OpenIdProvider, clock: HandClock) -> Provider:
    return Provider(Client(there.issuer, CLIENT, BACK, SECRET), clock=clock)
