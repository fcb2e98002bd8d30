from collections.abc import Iterator

import pytest
from anyio._backends._asyncio import SocketStream
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from intercoop_chassis.auth import Authority
from intercoop_chassis.auth.keys import FRESH_S, KeySet
from intercoop_chassis.errors import UnauthenticatedError, UnavailableError
from testkit.issuer import Issuer, sign


class HandClock:
    """Monotonic seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def authority(issuer: Issuer, clock: HandClock) -> Authority:
    return Authority(issuer.url, "intercoop", KeySet(issuer.jwks, clock=clock).get, owner="ouest")


async def test_the_keys_are_fetched_once_for_many_tokens(
    issuer: Issuer, authority: Authority
) -> None:
    owners = {(await authority.identify(issuer.token())).owner for _ in range(5)}

    assert owners == {"ouest"}
    assert issuer.fetches == 1


async def test_a_token_of_a_new_key_makes_the_keys_be_fetched_again(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    await authority.identify(issuer.token())
    issuer.rotate("second", ec.generate_private_key(ec.SECP256R1()))
    clock.seconds += 11

    await authority.identify(issuer.token())

    assert issuer.fetches == 2


async def test_tokens_of_unknown_keys_do_not_flood_the_issuer(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    forged = sign(rsa.generate_private_key(65537, 2048), issuer.claims(), "unknown")

    for _ in range(20):
        clock.seconds += 1
        with pytest.raises(UnauthenticatedError):
            await authority.identify(forged)

    assert issuer.fetches <= 3


async def test_a_key_that_the_issuer_took_back_is_forgotten_after_ten_minutes(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    old = issuer.token()
    await authority.identify(old)
    issuer.rotate("second")

    clock.seconds += FRESH_S + 1

    with pytest.raises(UnauthenticatedError):
        await authority.identify(old)


async def test_old_keys_serve_on_while_the_issuer_is_down(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    await authority.identify(issuer.token())
    issuer.down = True

    for _ in range(10):
        clock.seconds += FRESH_S
        await authority.identify(issuer.token())

    assert issuer.fetches > 2


async def test_without_any_key_a_down_issuer_is_no_fault_of_the_caller(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    issuer.down = True
    with pytest.raises(UnavailableError, match="keys of the network's issuer cannot be fetched"):
        await authority.identify(issuer.token())

    issuer.down = False
    clock.seconds += 6

    await authority.identify(issuer.token())


async def test_keys_for_other_uses_are_passed_over(issuer: Issuer, authority: Authority) -> None:
    issuer.more_keys = [
        {"kty": "oct", "kid": "secret", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "broken", "n": "%", "e": "AQAB"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "AA"},
        {"kid": "strange"},
    ]

    await authority.identify(issuer.token())


async def test_an_issuer_that_shows_no_key_at_all_is_not_believed(
    issuer: Issuer, authority: Authority, clock: HandClock
) -> None:
    token = issuer.token()
    await authority.identify(token)
    issuer.keys = {}
    clock.seconds += FRESH_S + 1

    await authority.identify(token)

    assert issuer.fetches == 2


async def test_no_proxy_is_asked_for_an_issuer_on_this_machine(
    issuer: Issuer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    await authority.identify(issuer.token())


async def test_the_old_keys_serve_where_the_issuer_hangs_up_at_once(
    issuer: Issuer, authority: Authority, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under uvloop the transport of such a connection has no socket any more."""
    await authority.identify(issuer.token())
    monkeypatch.setattr(SocketStream, "_raw_socket", None)
    clock.seconds += FRESH_S + 1

    assert (await authority.identify(issuer.token())).owner == "ouest"
    assert issuer.fetches == 1


async def test_an_issuer_that_only_hangs_up_is_said_to_be_unavailable(
    authority: Authority, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocketStream, "_raw_socket", None)

    with pytest.raises(UnavailableError):
        await authority.identify(issuer.token())
