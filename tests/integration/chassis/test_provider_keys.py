"""A provider's public keys: fetched when needed, and kept when it is down."""

from collections.abc import Iterator

import jwt
import pytest
from anyio._backends._asyncio import SocketStream
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from intercoop_chassis.auth.keys import FRESH_S, KeySet
from intercoop_chassis.errors import UnavailableError
from testkit.provider import Provider, sign


class HandClock:
    """Monotonic seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


class Checker:
    """Checks a provider's tokens by its keys."""

    def __init__(self, provider: Provider, clock: HandClock) -> None:
        self._keys = KeySet(provider.jwks, clock=clock)

    async def check(self, token: str) -> str:
        """The owner that a token names."""
        key = await self._keys.get(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise jwt.InvalidKeyError
        return str(jwt.decode(token, key, [key.algorithm_name], audience="intercoop")["owner"])


@pytest.fixture
def checker(provider: Provider, clock: HandClock) -> Checker:
    return Checker(provider, clock)


async def test_the_keys_are_fetched_once_for_many_tokens(
    provider: Provider, checker: Checker
) -> None:
    owners = {await checker.check(provider.token()) for _ in range(5)}

    assert owners == {"ouest"}
    assert provider.fetches == 1


async def test_a_token_of_a_new_key_makes_the_keys_be_fetched_again(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    await checker.check(provider.token())
    provider.rotate("second", ec.generate_private_key(ec.SECP256R1()))
    clock.seconds += 11

    await checker.check(provider.token())

    assert provider.fetches == 2


async def test_tokens_of_unknown_keys_do_not_flood_the_issuer(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    forged = sign(rsa.generate_private_key(65537, 2048), provider.claims(), "unknown")

    for _ in range(20):
        clock.seconds += 1
        with pytest.raises(jwt.InvalidKeyError):
            await checker.check(forged)

    assert provider.fetches <= 3


async def test_a_key_that_the_issuer_took_back_is_forgotten_after_ten_minutes(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    old = provider.token()
    await checker.check(old)
    provider.rotate("second")

    clock.seconds += FRESH_S + 1

    with pytest.raises(jwt.InvalidKeyError):
        await checker.check(old)


async def test_old_keys_serve_on_while_the_issuer_is_down(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    await checker.check(provider.token())
    provider.down = True

    for _ in range(10):
        clock.seconds += FRESH_S
        await checker.check(provider.token())

    assert provider.fetches > 2


async def test_without_any_key_a_down_issuer_is_no_fault_of_the_caller(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    provider.down = True
    with pytest.raises(UnavailableError, match="keys of the network's issuer cannot be fetched"):
        await checker.check(provider.token())

    provider.down = False
    clock.seconds += 6

    await checker.check(provider.token())


async def test_keys_for_other_uses_are_passed_over(provider: Provider, checker: Checker) -> None:
    provider.more_keys = [
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "broken", "n": "%", "e": "AQAB"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "AA"},
        {"kid": "strange"},
    ]

    await checker.check(provider.token())


async def test_an_issuer_that_shows_no_key_at_all_is_not_believed(
    provider: Provider, checker: Checker, clock: HandClock
) -> None:
    token = provider.token()
    await checker.check(token)
    provider.keys = {}
    clock.seconds += FRESH_S + 1

    await checker.check(token)

    assert provider.fetches == 2


async def test_no_proxy_is_asked_for_an_issuer_on_this_machine(
    provider: Provider, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    await checker.check(provider.token())


async def test_the_old_keys_serve_where_the_issuer_hangs_up_at_once(
    provider: Provider, checker: Checker, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under uvloop the transport of such a connection has no socket any more."""
    await checker.check(provider.token())
    monkeypatch.setattr(SocketStream, "_raw_socket", None)
    clock.seconds += FRESH_S + 1

    assert await checker.check(provider.token()) == "ouest"
    assert provider.fetches == 1


async def test_an_issuer_that_only_hangs_up_is_said_to_be_unavailable(
    checker: Checker, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocketStream, "_raw_socket", None)

    with pytest.raises(UnavailableError):
        await checker.check(provider.token())
