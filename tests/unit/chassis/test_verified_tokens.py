"""A token that was verified is known, and no longer than it is valid."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from intercoop_chassis.auth import Authority, Identity
from intercoop_chassis.auth.authority import LEEWAY_S
from intercoop_chassis.auth.verified import VerifiedToken, VerifiedTokens
from intercoop_chassis.clock import system_clock
from intercoop_chassis.errors import UnauthenticatedError
from testkit.issuer import public_jwk, sign
from testkit.known_standings import KnownStandings

NAME = "/test/ouest"
KEY, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
KEYS = {"ours": jwt.PyJWK(public_jwk(KEY, "ours"), "ES256")}
KNOWN = VerifiedToken(
    Identity(uuid4(), "ouest"), uuid4(), system_clock(), None, "ours", KEYS["ours"], 100, 200
)


def token(key: ec.EllipticCurvePrivateKey = KEY, **changes: object) -> str:
    now, ids = int(time.time()), {"sub": str(uuid4()), "sid": str(uuid4())}
    claims = {"iss": NAME, "aud": NAME, "iat": now, "exp": now + 60, **ids}
    return sign(key, {**claims, **changes}, "ours")


class Verifications:
    """Counts how often a signature is computed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._decode = jwt.decode
        monkeypatch.setattr(jwt, "decode", self)

    def __call__(self, *arguments: Any, **options: Any) -> Any:  # Any: as jwt takes and gives it
        self.count += 1
        return self._decode(*arguments, **options)


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> Verifications:
    return Verifications(monkeypatch)


STANDINGS = KnownStandings()


def authority(keys: Mapping[str, jwt.PyJWK], name: str = NAME) -> Authority:
    async def find(key_id: str | None) -> jwt.PyJWK | None:
        return keys.get(key_id or "")

    return Authority(name, find, owner="ouest", standings=STANDINGS)


async def test_a_token_is_verified_once(verifications: Verifications) -> None:
    asked, text = authority(KEYS), token()

    first, second = await asked.identify(text), await asked.identify(text)

    assert first == second
    assert verifications.count == 1


async def test_a_known_token_is_refused_once_it_has_expired(verifications: Verifications) -> None:
    asked, text = authority(KEYS), token(exp=int(time.time()) - LEEWAY_S + 2)
    await asked.identify(text)
    assert verifications.count == 1

    async with asyncio.timeout(10):
        with pytest.raises(UnauthenticatedError, match="has expired: sign in again"):
            while True:
                await asked.identify(text)
                await asyncio.sleep(0.05)

    assert verifications.count == 2


def test_a_known_token_is_valid_as_long_as_the_library_says() -> None:
    assert [KNOWN.is_valid_at(now) for now in (99.9, 100, 199.9, 200)] == [False, True, True, False]


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_a_known_token_whose_time_has_not_come_is_refused_where_the_clock_went_back(
    monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    asked, text = authority(KEYS), token(**{claim: int(time.time())})
    await asked.identify(text)
    before = time.time() - LEEWAY_S - 2
    monkeypatch.setattr("time.time", lambda: before)
    verifications = Verifications(monkeypatch)

    await asked.identify(text)

    assert verifications.count == 1


async def test_a_known_token_is_refused_when_its_key_is_another_one_by_the_same_name(
    verifications: Verifications,
) -> None:
    keys, text = dict(KEYS), token()
    asked = authority(keys)
    await asked.identify(text)

    keys["ours"] = jwt.PyJWK(public_jwk(OTHER, "ours"), "ES256")

    with pytest.raises(UnauthenticatedError, match="wrong signature"):
        await asked.identify(text)
    with pytest.raises(UnauthenticatedError, match="wrong signature"):
        await asked.identify(text)
    assert verifications.count == 3


async def test_a_known_token_is_refused_when_its_key_is_shown_no_more() -> None:
    keys, text = dict(KEYS), token()
    asked = authority(keys)
    await asked.identify(text)

    del keys["ours"]

    with pytest.raises(UnauthenticatedError, match="does not have"):
        await asked.identify(text)


async def test_a_known_token_is_verified_anew_when_the_keys_were_fetched_anew(
    verifications: Verifications,
) -> None:
    keys, text = dict(KEYS), token()
    asked = authority(keys)
    await asked.identify(text)

    keys["ours"] = jwt.PyJWK(public_jwk(KEY, "ours"), "ES256")
    await asked.identify(text)

    assert verifications.count == 2


async def test_a_token_known_at_one_instance_is_not_known_at_another() -> None:
    text = token()
    await authority(KEYS).identify(text)

    with pytest.raises(UnauthenticatedError, match="another instance"):
        await authority(KEYS, name="/test/auvergne").identify(text)


async def test_a_known_token_is_refused_where_its_session_ends() -> None:
    asked, text = authority(KEYS), token(auth_time=int(time.time()))
    held = await asked.verify(text)

    STANDINGS.end(held.session)

    with pytest.raises(UnauthenticatedError, match="has ended"):
        await asked.identify(text)


async def test_a_token_that_had_expired_is_not_known_to_those_who_refuse_it() -> None:
    asked, text = authority(KEYS), token(exp=int(time.time()) - LEEWAY_S - 1)
    await asked.verify(text, even_expired=True)

    with pytest.raises(UnauthenticatedError, match="has expired"):
        await asked.verify(text)


async def test_a_refused_token_is_verified_each_time(verifications: Verifications) -> None:
    asked, text = authority(KEYS), token(OTHER)

    for _ in range(2):
        with pytest.raises(UnauthenticatedError, match="wrong signature"):
            await asked.identify(text)

    assert verifications.count == 2


async def test_a_changed_token_is_another_one() -> None:
    asked, text = authority(KEYS), token()
    await asked.identify(text)
    header, payload, signature = text.split(".")
    forged = token(OTHER).split(".")[2]
    richer = token(roles=["operator"]).split(".")[1]

    for changed in (f"{header}.{payload}.{forged}", f"{header}.{richer}.{signature}"):
        with pytest.raises(UnauthenticatedError, match="wrong signature"):
            await asked.identify(changed)


def test_of_known_tokens_those_used_last_are_kept() -> None:
    tokens = VerifiedTokens(most=2)
    tokens.add("first", KNOWN)
    tokens.add("second", KNOWN)
    tokens.get("first")

    tokens.add("third", KNOWN)

    kept = [text for text in ("first", "second", "third") if tokens.get(text)]
    assert kept == ["first", "third"]
    assert len(tokens) == 2
