"""The client of an OpenID provider: what it believes, and what it says of itself."""

from urllib.parse import parse_qs, urlsplit

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
    ProviderRefusedError,
)
from intercoop_directory.accounts.gateways.provider.client import Provider
from intercoop_directory.accounts.gateways.provider.kept import PAUSE_S
from testkit.asked_provider import ATTEMPT, BACK, HandClock, code
from testkit.openid_provider import CLIENT, OpenIdProvider


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


async def test_nothing_of_the_secret_is_in_what_the_provider_is_sent(provider: Provider) -> None:
    address = await provider.address(ATTEMPT)

    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == [BACK]
    assert ATTEMPT.secret not in address
    assert ATTEMPT.verifier not in address
    assert len({ATTEMPT.state, ATTEMPT.nonce, ATTEMPT.verifier}) == 3
    assert query["state"] == [ATTEMPT.state]
    assert len(ATTEMPT.verifier) >= 43
