"""A token that was verified is known, and no longer than it is valid."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from intercoop_chassis.auth import Authority, Identity
from intercoop_chassis.auth.authority import LEEWAY_S
from intercoop_chassis.auth.verified import VerifiedToken, VerifiedTokens
from intercoop_chassis.errors import UnauthenticatedError
from testkit.issuer import Key, public_jwk, sign

ISSUER = "https://id.example.org"
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
KEYS = {"rsa": jwt.PyJWK(public_jwk(RSA_KEY, "rsa")), "ec": jwt.PyJWK(public_jwk(EC_KEY, "ec"))}
KNOWN = VerifiedToken(Identity(uuid4(), "ouest"), "rsa", KEYS["rsa"], 100, 200)


def token(key: Key = RSA_KEY, key_id: str | None = "rsa", **changes: object) -> str:
    claims = {"iss": ISSUER, "aud": "intercoop", "sub": str(uuid4()), "owner": "ouest"}
    return sign(key, {**claims, "exp": int(time.time()) + 60, **changes}, key_id)


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


def authority(keys: Mapping[str, jwt.PyJWK], audience: str = "intercoop") -> Authority:
    async def find(key_id: str | None) -> jwt.PyJWK | None:
        return keys.get(key_id or "rsa")

    return Authority(ISSUER, audience, find, owner="ouest")


@pytest.mark.parametrize(("key", "key_id"), [(RSA_KEY, "rsa"), (EC_KEY, "ec"), (RSA_KEY, None)])
async def test_a_token_is_verified_once(
    verifications: Verifications, key: Key, key_id: str | None
) -> None:
    asked, text = authority(KEYS), token(key, key_id)

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

    keys["rsa"] = jwt.PyJWK(public_jwk(rsa.generate_private_key(65537, 2048), "rsa"))

    with pytest.raises(UnauthenticatedError, match="wrong signature"):
        await asked.identify(text)
    with pytest.raises(UnauthenticatedError, match="wrong signature"):
        await asked.identify(text)
    assert verifications.count == 3


async def test_a_known_token_is_refused_when_its_key_is_shown_no_more() -> None:
    keys, text = dict(KEYS), token()
    asked = authority(keys)
    await asked.identify(text)

    del keys["rsa"]

    with pytest.raises(UnauthenticatedError, match="does not show"):
        await asked.identify(text)


async def test_a_known_token_is_verified_anew_when_the_keys_were_fetched_anew(
    verifications: Verifications,
) -> None:
    keys, text = dict(KEYS), token()
    asked = authority(keys)
    await asked.identify(text)

    keys["rsa"] = jwt.PyJWK(public_jwk(RSA_KEY, "rsa"))
    await asked.identify(text)

    assert verifications.count == 2


async def test_a_token_known_for_one_audience_is_not_known_for_another() -> None:
    text = token()
    await authority(KEYS).identify(text)

    with pytest.raises(UnauthenticatedError, match="another application"):
        await authority(KEYS, audience="shop").identify(text)


async def test_a_refused_token_is_verified_each_time(verifications: Verifications) -> None:
    asked, text = authority(KEYS), token(rsa.generate_private_key(65537, 2048))

    for _ in range(2):
        with pytest.raises(UnauthenticatedError, match="wrong signature"):
            await asked.identify(text)

    assert verifications.count == 2


async def test_a_changed_token_is_another_one() -> None:
    asked, text = authority(KEYS), token()
    await asked.identify(text)
    header, payload, signature = text.split(".")
    forged = token(rsa.generate_private_key(65537, 2048)).split(".")[2]
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
