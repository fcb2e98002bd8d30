"""The client of an OpenID provider: what it believes, and what it does when nobody answers."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from intercoop_directory.accounts.domain.openid import (
    Attempt,
    Unfit,
    VouchedIdentity,
    vouched_by,
)
from intercoop_directory.accounts.gateways.provider import (
    ClientRefusedError,
    ProviderAwayError,
    ProviderRefusedError,
)
from intercoop_directory.accounts.gateways.provider.client import Client, Provider
from intercoop_directory.accounts.gateways.provider.discovery import Discovery
from intercoop_directory.accounts.gateways.provider.kept import FRESH_S, PAUSE_S
from testkit.openid_provider import CLIENT, SECRET, OpenIdProvider

BACK = "https://coop.example/directory/sign-in/provider/return"
ATTEMPT = Attempt("s" * 43)


class HandClock:
    """Monotonic seconds that pass when the test says so."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


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


async def code(provider: Provider, attempt: Attempt = ATTEMPT) -> str:
    """What a browser brings back that has signed in there."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(await provider.address(attempt))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def test_a_code_is_good_for_who_is_signed_in_there(provider: Provider) -> None:
    claims = await provider.redeem(await code(provider), ATTEMPT)

    vouched = vouched_by(claims, CLIENT, ATTEMPT)
    assert vouched == VouchedIdentity(provider.client.issuer, "a1", "lucie@example.coop")
    assert vouched_by(claims, CLIENT, Attempt("t" * 43)) == Unfit("the nonce is another one")


@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"]])
async def test_the_secret_is_said_as_the_provider_takes_it(
    there: OpenIdProvider, provider: Provider, methods: list[str]
) -> None:
    there.told.discovery = {"token_endpoint_auth_methods_supported": methods}

    assert await provider.redeem(await code(provider), ATTEMPT)


async def test_a_code_is_of_no_use_to_another_attempt_or_another_time(provider: Provider) -> None:
    brought = await code(provider)

    with pytest.raises(ProviderRefusedError, match="invalid_grant"):
        await provider.redeem(await code(provider), Attempt("t" * 43))
    await provider.redeem(brought, ATTEMPT)
    with pytest.raises(ProviderRefusedError, match="invalid_grant"):
        await provider.redeem(brought, ATTEMPT)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"aud": None},
        {"iss": None},
    ],
    ids=str,
)
async def test_an_id_token_for_others_or_of_another_time_is_refused(
    there: OpenIdProvider, provider: Provider, claims: dict[str, object]
) -> None:
    there.told.claims = claims

    with pytest.raises(ProviderRefusedError, match="ID token"):
        await provider.redeem(await code(provider), ATTEMPT)


async def test_an_id_token_that_another_has_signed_or_nobody_is_refused(
    there: OpenIdProvider, provider: Provider
) -> None:
    other = OpenIdProvider()
    other.close()
    other.rotate()
    for sign in (
        lambda claims: jwt.encode(claims, other.key, "RS256", headers={"kid": there.key_id}),
        lambda claims: jwt.encode(claims, other.key, "RS256", headers={"kid": "unknown"}),
        lambda claims: jwt.encode(claims, "", "none", headers={"kid": there.key_id}),
        lambda claims: jwt.encode(claims, "k" * 32, "HS256", headers={"kid": there.key_id}),
        lambda _: "no token",
        lambda _: "\ud800.e30.e30",
    ):
        there.told.sign = sign
        with pytest.raises(ProviderRefusedError):
            await provider.redeem(await code(provider), ATTEMPT)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_counts_when_the_provider_says_that_it_is_verified(
    there: OpenIdProvider, provider: Provider, verified: object
) -> None:
    there.told.claims = {"email_verified": verified}

    claims = await provider.redeem(await code(provider), ATTEMPT)

    assert vouched_by(claims, CLIENT, ATTEMPT) == VouchedIdentity(there.issuer, "a1", None)


@pytest.mark.parametrize(
    "claims",
    [
        {"azp": "another"},
        {"sub": "x" * 256},
        {"sub": ""},
        {"sub": "é"},
        {"sub": "a\0"},
        {"nonce": ["n"]},
        {"nonce": "\ud800"},
    ],
    ids=ascii,
)
async def test_a_subject_that_is_none_and_a_token_for_another_client_are_unfit(
    there: OpenIdProvider, provider: Provider, claims: dict[str, object]
) -> None:
    there.told.claims = claims

    held = await provider.redeem(await code(provider), ATTEMPT)

    assert isinstance(vouched_by(held, CLIENT, ATTEMPT), Unfit)


async def test_a_new_key_is_found_and_asked_for_no_oftener_than_agreed(
    there: OpenIdProvider, provider: Provider, clock: HandClock
) -> None:
    await provider.redeem(await code(provider), ATTEMPT)
    there.rotate()
    clock.seconds += PAUSE_S

    await provider.redeem(await code(provider), ATTEMPT)

    there.told.sign = lambda claims: jwt.encode(claims, there.key, "RS256", headers={"kid": "x"})
    for _ in range(3):
        with pytest.raises(ProviderRefusedError):
            await provider.redeem(await code(provider), ATTEMPT)
    assert there.asked.count("/keys") == 2


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


async def test_a_refusal_that_is_no_word_is_one_all_the_same(
    there: OpenIdProvider, provider: Provider
) -> None:
    brought = await code(provider)
    there.secret = "another"
    there.told.refusal = ["invalid_client"]

    with pytest.raises(ProviderRefusedError, match="401"):
        await provider.redeem(brought, ATTEMPT)


@pytest.mark.parametrize("refusal", ["invalid_client", "unauthorized_client"])
@pytest.mark.parametrize("methods", [["client_secret_basic"], ["client_secret_post"]])
async def test_a_secret_that_is_another_there_is_told_from_a_code_that_is_no_good(
    there: OpenIdProvider, provider: Provider, methods: list[str], refusal: str
) -> None:
    there.told.discovery = {"token_endpoint_auth_methods_supported": methods}
    assert await provider.is_acquainted()
    there.told.refusal = refusal
    there.secret = "another"

    with pytest.raises(ClientRefusedError, match=refusal):
        await provider.redeem(await code(provider), ATTEMPT)
    assert not await provider.is_acquainted()


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


async def test_nothing_of_the_secret_is_in_what_the_provider_is_sent(provider: Provider) -> None:
    address = await provider.address(ATTEMPT)

    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == [BACK]
    assert ATTEMPT.secret not in address
    assert ATTEMPT.verifier not in address
    assert len({ATTEMPT.state, ATTEMPT.nonce, ATTEMPT.verifier}) == 3
    assert query["state"] == [ATTEMPT.state]
    assert len(ATTEMPT.verifier) >= 43
