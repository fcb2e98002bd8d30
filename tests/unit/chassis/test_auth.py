import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI

from intercoop_chassis.auth import Authority, Identity, Role
from intercoop_chassis.errors import UnauthenticatedError
from testkit.issuer import Jwk, Key, public_jwk, sign

ISSUER = "https://id.example.org"
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
KEYS = {"rsa": jwt.PyJWK(public_jwk(RSA_KEY, "rsa")), "ec": jwt.PyJWK(public_jwk(EC_KEY, "ec"))}


async def find_key(key_id: str | None) -> jwt.PyJWK | None:
    return KEYS.get(key_id or "rsa")


AUTHORITY = Authority(ISSUER, "intercoop", find_key, owner="ouest")
SUBJECT, ORGANISATION = uuid4(), uuid4()
CLAIMS: Jwk = {
    "iss": ISSUER,
    "aud": "intercoop",
    "sub": str(SUBJECT),
    "owner": "ouest",
    "roles": ["staff", "member", "cook"],
    "organisations": [str(ORGANISATION)],
}


def token(key: Key = RSA_KEY, key_id: str | None = "rsa", **changes: object) -> str:
    claims = {**CLAIMS, "exp": int(time.time()) + 60, **changes}
    return sign(key, {name: value for name, value in claims.items() if value is not None}, key_id)


async def refusal(text: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        await AUTHORITY.identify(text)
    return caught.value.detail


@pytest.mark.parametrize(("key", "key_id"), [(RSA_KEY, "rsa"), (EC_KEY, "ec"), (RSA_KEY, None)])
async def test_a_valid_token_says_who_calls_and_unknown_roles_mean_nothing(
    key: Key, key_id: str | None
) -> None:
    identity = await AUTHORITY.identify(token(key, key_id))

    assert identity == Identity(
        SUBJECT, "ouest", frozenset({Role.STAFF, Role.MEMBER}), frozenset({ORGANISATION})
    )


async def test_a_token_without_roles_is_of_somebody_without_roles() -> None:
    identity = await AUTHORITY.identify(token(roles=None, organisations=None))

    assert identity == Identity(SUBJECT, "ouest")


async def test_clocks_may_differ_by_half_a_minute_and_no_more() -> None:
    now = int(time.time())

    await AUTHORITY.identify(token(exp=now - 20))

    assert await refusal(token(exp=now - 40)) == "The token has expired: sign in again"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "https://elsewhere.example.org"}, "another issuer"),
        ({"aud": "shop"}, "another application"),
        ({"nbf": int(time.time()) + 86_400}, "not valid yet"),
        ({"exp": None}, "lacks the claim 'exp'"),
        ({"iss": None}, "lacks the claim 'iss'"),
        ({"aud": None}, "lacks the claim 'aud'"),
        ({"sub": None}, "lacks the claim 'sub'"),
        ({"sub": "jeanne"}, "(sub)"),
        ({"owner": None}, "(owner)"),
        ({"owner": "Ouest!"}, "(owner)"),
        ({"roles": "staff"}, "(roles)"),
        ({"organisations": ["all"]}, "(organisations)"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused_in_words(
    changes: dict[str, Any], words: str
) -> None:
    assert words in await refusal(token(**changes))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é", "." * 9])
async def test_what_is_no_token_is_refused(text: str) -> None:
    assert await refusal(text) == "The token cannot be read: sign in again"


async def test_a_token_of_an_unknown_key_is_refused() -> None:
    assert "does not show" in await refusal(token(key_id="gone"))


async def test_a_token_signed_by_somebody_else_is_refused() -> None:
    forger = rsa.generate_private_key(65537, 2048)

    assert "wrong signature" in await refusal(token(forger))


async def test_a_changed_token_is_refused() -> None:
    header, _, signature = token().split(".")
    payload = token(roles=["operator"]).split(".")[1]

    assert "wrong signature" in await refusal(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "PS256"])
async def test_other_kinds_of_signature_are_refused(algorithm: str) -> None:
    secret: Any = {"none": None, "HS256": "x" * 32}.get(algorithm, RSA_KEY)  # Any: as jwt takes it
    text = jwt.encode(CLAIMS, secret, algorithm, headers={"kid": "rsa"})

    assert "another kind" in await refusal(text)


async def test_a_key_serves_only_its_own_kind_of_signature() -> None:
    assert "does not show" in await refusal(token(EC_KEY, "rsa"))


def test_staff_and_operators_are_so_in_their_own_instance_only() -> None:
    staff = Identity(SUBJECT, "ouest", frozenset({Role.STAFF}))
    operator = Identity(SUBJECT, "ouest", frozenset({Role.OPERATOR}))

    assert staff.is_staff_of("ouest")
    assert not staff.is_staff_of("ouest-2")
    assert not staff.is_operator_of("ouest")
    assert operator.is_operator_of("ouest")
    assert not operator.is_staff_of("ouest")


def test_one_acts_for_the_organisations_in_the_token() -> None:
    identity = Identity(SUBJECT, "ouest", organisations=frozenset({ORGANISATION}))

    assert identity.acts_for(ORGANISATION)
    assert not identity.acts_for(uuid4())


def test_an_identity_cannot_be_read_from_a_body() -> None:
    app = FastAPI()

    with pytest.raises(TypeError, match="declare the parameter as Caller"):

        @app.post("/")
        async def endpoint(who: Identity) -> None:
            """Would believe whatever the body says."""
