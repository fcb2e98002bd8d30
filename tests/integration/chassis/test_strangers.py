"""Strangers behind a proxy do not share one rate, and nobody makes up a rate of their own."""

import httpx
import pytest

from intercoop_chassis.http.throttle import Throttle
from testkit.sample_api.serving import SAMPLE_API, new_sample_api

NUMBERS = range(1, 4)


@pytest.fixture
def callers(monkeypatch):
    """Whom the throttle counts, request by request."""
    counted = []
    monkeypatch.setattr(Throttle, "count", lambda _, caller: counted.append(caller))
    return counted


async def ask(platform, forwarded_for, **settings):
    """A request of a stranger for each number, with what it says of where it comes from."""
    sample_api = new_sample_api(await platform.database(SAMPLE_API), **settings)
    transport = httpx.AsyncHTTPTransport(retries=20)
    async with httpx.AsyncClient(base_url=sample_api.url, transport=transport) as client:
        for number in NUMBERS:
            headers = {"X-Forwarded-For": forwarded_for.format(number)}
            answer = await client.get("/shelf/api/things", headers=headers)
            assert answer.status_code == 401
    await sample_api.close()


async def test_behind_a_trusted_proxy_each_is_counted_apart(platform, callers):
    await ask(platform, "198.51.100.{}", trusted_proxies="127.0.0.1")
    assert callers == [f"198.51.100.{number}" for number in NUMBERS]


@pytest.mark.parametrize("trusting", [{}, {"trusted_proxies": "10.0.0.0/8"}])
async def test_what_anybody_else_says_of_themselves_changes_nothing(platform, callers, trusting):
    await ask(platform, "198.51.100.{}", **trusting)
    assert callers == ["127.0.0.1"] * len(NUMBERS)


async def test_what_a_stranger_puts_before_their_address_changes_nothing(platform, callers):
    await ask(platform, "203.0.113.{}, 198.51.100.4", trusted_proxies="127.0.0.1")
    assert callers == ["198.51.100.4"] * len(NUMBERS)
