import hmac
import json
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI
from jwt.utils import base64url_encode

from intercoop_chassis.auth import Authority, Identity, Role
from intercoop_chassis.errors import UnauthenticatedError
from testkit.issuer import Claims, public_jwk, sign
from testkit.known_standings import KnownStandings

NAME = "/test/ouest"
KEY = ec.generate_private_key(ec.SECP256R1())
KEYS = {"ours": jwt.PyJWK(public_jwk(KEY, "ours"), "ES256")}


async def find_key(key_id: str | None) -> jwt.PyJWK | None:
    return KEYS.get(key_id or "")


STANDINGS = KnownStandings(roles={Role.ELECTED})
AUTHORITY = Authority(NAME, find_key, owner="ouest", standings=STANDINGS)
SUBJECT, ORGANISATION = uuid4(), uuid4()
CLAIMS: Claims = {
    "iss": NAME,
    "aud": NAME,
    "sub": str(SUBJECT),
    "sid": str(uuid4()),
    "roles": ["staff", "member", "cook"],
    "organisations": [str(ORGANISATION)],
}


def token(
    key: ec.EllipticCurvePrivateKey = KEY, key_id: str | None = "ours", **changes: object
) -> str:
    now = int(time.time())
    claims = {**CLAIMS, "iat": now, "exp": now + 60, **changes}
    return sign(key, {name: value for name, value in claims.items() if value is not None}, key_id)


async def refusal(text: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        await AUTHORITY.identify(text)
    return caught.value.detail


async def test_a_valid_token_says_who_calls_and_unknown_roles_mean_nothing() -> None:
    identity = await AUTHORITY.identify(token())

    assert identity == Identity(
        SUBJECT, "ouest", frozenset({Role.STAFF, Role.MEMBER}), frozenset({ORGANISATION})
    )


async def test_a_token_without_roles_is_of_somebody_without_roles() -> None:
    identity = await AUTHORITY.identify(token(roles=None, organisations=None))

    assert identity == Identity(SUBJECT, "ouest")


async def test_clocks_may_differ_by_half_a_minute_and_no_more() -> None:
    now = int(time.time())

    await AUTHORITY.identify(token(exp=now - 20))

    await AUTHORITY.identify(token(iat=now + 20))

    assert await refusal(token(exp=now - 40)) == "The token has expired: sign in again"
    assert "set them right" in await refusal(token(iat=now + 40))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "/test/auvergne"}, "another instance"),
        ({"iss": "/bench/ouest"}, "another instance"),
        ({"iss": "https://id.example.org"}, "of a provider"),
        ({"aud": "/test/auvergne"}, "another application"),
        ({"nbf": int(time.time()) + 86_400}, "not valid yet"),
        ({"exp": None}, "lacks the claim 'exp'"),
        ({"iss": None}, "lacks the claim 'iss'"),
        ({"aud": None}, "lacks the claim 'aud'"),
        ({"sub": None}, "lacks the claim 'sub'"),
        ({"sid": None}, "lacks the claim 'sid'"),
        ({"iat": None}, "lacks the claim 'iat'"),
        ({"sub": "jeanne"}, "(sub)"),
        ({"sid": "first"}, "(sid)"),
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


@pytest.mark.parametrize("key_id", ["gone", "", None])
async def test_a_token_of_an_unknown_key_is_refused(key_id: str | None) -> None:
    assert "does not have" in await refusal(token(key_id=key_id))


async def test_a_token_signed_by_somebody_else_is_refused() -> None:
    forger = ec.generate_private_key(ec.SECP256R1())

    assert "wrong signature" in await refusal(token(forger))


async def test_a_changed_token_is_refused() -> None:
    header, _, signature = token().split(".")
    payload = token(roles=["operator"]).split(".")[1]

    assert "wrong signature" in await refusal(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", "PS256", "ES512"])
async def test_other_kinds_of_signature_are_refused(algorithm: str) -> None:
    keys: dict[str, Any] = {  # Any: as jwt takes it
        "none": None,
        "HS256": "x" * 32,
        "ES512": ec.generate_private_key(ec.SECP521R1()),
    }
    secret = keys[algorithm] if algorithm in keys else rsa.generate_private_key(65537, 2048)
    text = jwt.encode(CLAIMS, secret, algorithm, headers={"kid": "ours"})

    assert "another kind" in await refusal(text)


async def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """What everybody may know would be a shared secret, if HS256 were taken."""
    public = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, claims = ({"alg": "HS256", "kid": "ours"}, CLAIMS)
    text = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims))
    signature = base64url_encode(hmac.digest(public, text, "sha256"))

    assert "another kind" in await refusal(f"{text.decode()}.{signature.decode()}")


async def test_a_token_of_a_session_that_has_ended_is_refused() -> None:
    session, now = uuid4(), int(time.time())
    text, other = token(sid=str(session), auth_time=now), token(auth_time=now)
    STANDINGS.end(session)

    for _ in range(2):
        with pytest.raises(UnauthenticatedError, match="has ended"):
            await AUTHORITY.identify(text)

    assert (await AUTHORITY.identify(other)).subject == SUBJECT


async def test_what_a_person_may_do_is_looked_up_and_what_their_token_says_counts_for_nothing() -> (
    None
):
    who = await AUTHORITY.identify(token(auth_time=int(time.time()), roles=["operator"]))

    assert who == Identity(SUBJECT, "ouest", frozenset({Role.ELECTED}))


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


def test_one_reads_the_record_of_those_that_one_acts_for_and_of_some_others() -> None:
    other = uuid4()
    identity = Identity(
        SUBJECT, "ouest", organisations=frozenset({ORGANISATION}), reads=frozenset({other})
    )

    assert identity.reads_record_of(ORGANISATION)
    assert identity.reads_record_of(other)
    assert not identity.acts_for(other)
    assert not identity.reads_record_of(uuid4())


def test_an_identity_cannot_be_read_from_a_body() -> None:
    app = FastAPI()

    with pytest.raises(TypeError, match="declare the parameter as Caller"):

        @app.post("/")
        async def endpoint(who: Identity) -> None:
            """Would believe whatever the body says."""
