"""A provider that does not answer, or says what nobody can use, is away; others are not troubled."""

import pytest

from intercoop_directory.accounts.gateways.provider import (
    ProviderAwayError,
)
from intercoop_directory.accounts.gateways.provider.client import Provider
from intercoop_directory.accounts.gateways.provider.discovery import Discovery
from intercoop_directory.accounts.gateways.provider.kept import FRESH_S, PAUSE_S
from testkit.asked_provider import ATTEMPT, HandClock, code
from testkit.openid_provider import OpenIdProvider


async def test_what_it_said_of_itself_serves_on_while_it_is_away(
    there: OpenIdProvider, provider: Provider, clock: HandClock
) -> None:
    brought = await code(provider)
    assert await provider.redeem(await code(provider), ATTEMPT)
    there.told.discovery = {"issuer": "https://other.example"}
    clock.seconds += FRESH_S + 1

    assert await provider.redeem(brought, ATTEMPT)


async def test_nobody_is_sent_to_a_provider_that_does_not_answer_at_that_moment(
    there: OpenIdProvider, provider: Provider, clock: HandClock
) -> None:
    await provider.address(ATTEMPT)
    there.close()
    clock.seconds += PAUSE_S
    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)
    there.open()
    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)
    clock.seconds += PAUSE_S

    assert await provider.redeem(await code(provider), ATTEMPT)


async def test_it_is_asked_every_few_seconds_at_most_however_many_set_out(
    there: OpenIdProvider, provider: Provider, clock: HandClock
) -> None:
    for _ in range(3):
        await provider.address(ATTEMPT)
    clock.seconds += PAUSE_S
    await provider.address(ATTEMPT)

    assert there.asked.count("/.well-known/openid-configuration") == 2


async def test_a_provider_that_never_answered_is_away_and_is_heard_once_it_is_there(
    there: OpenIdProvider, provider: Provider, clock: HandClock
) -> None:
    there.close()
    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)
    there.open()
    clock.seconds += PAUSE_S

    assert await provider.redeem(await code(provider), ATTEMPT)


@pytest.mark.parametrize(
    "key", [{"kid": ["first"]}, {"n": "AQAB"}, {"n": 5}, {"use": "enc"}], ids=str
)
async def test_a_key_that_is_none_is_as_good_as_no_key(
    there: OpenIdProvider, provider: Provider, key: dict[str, object]
) -> None:
    there.told.key = key

    with pytest.raises(ProviderAwayError):
        await provider.redeem(await code(provider), ATTEMPT)


async def test_where_a_provider_leads_on_to_nothing_is_asked(
    there: OpenIdProvider, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def leads_on(path: str, *_: object) -> tuple[int, dict[str, object]]:
        asked.append(path)
        return 302, {"location": "/elsewhere"}

    monkeypatch.setattr(there, "answer", leads_on)

    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)
    assert asked == ["/realms/union/.well-known/openid-configuration"]


@pytest.mark.parametrize("where", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_elsewhere_has_nothing_of_this_machine_asked(where: str) -> None:
    site = "https://idp.example"
    said = {"authorization_endpoint": site, "token_endpoint": site, "jwks_uri": site}
    here = "http://127.0.0.1:8001/metrics"

    assert Discovery(issuer=site, **{**said, where: here}).leads_here
    assert not Discovery(issuer=site, **said).leads_here
    assert not Discovery(issuer="http://127.0.0.1:8080", **{**said, where: here}).leads_here


@pytest.mark.parametrize("body", [b"x" * 2**19, b"[]", b"<html>", b"\xff", b"[" * 100_000])
async def test_an_answer_that_nobody_can_read_is_as_good_as_none(
    there: OpenIdProvider, provider: Provider, body: bytes
) -> None:
    there.told.body = body

    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
async def test_a_provider_that_says_another_thing_than_the_settings_is_not_used(
    there: OpenIdProvider, provider: Provider, said: dict[str, object]
) -> None:
    there.told.discovery = said

    with pytest.raises(ProviderAwayError):
        await provider.address(ATTEMPT)
