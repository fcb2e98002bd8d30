"""What is no valid token opens nothing, and is told so in words."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from intercoop_chassis.standing import remembered
from testkit.issuer import Issuer, public_jwk, public_pem, sign
from testkit.nodes import until
from testkit.served_instance import send_request, serve_instance

MEMBERS = "/directory/api/communes?q=Aurillac"
STAFFS = "/directory/api/people"


def by_hand(header, claims, signature=b""):
    """A token as nobody's library would make it."""
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{encoded(signature)}"


def forged_with_the_public_key(issuer, claims):
    """HS256, with the key that everybody may know as its secret."""
    text = by_hand({"alg": "HS256", "typ": "JWT", "kid": issuer.key.id}, claims).rstrip(".")
    signature = hmac.digest(public_pem(issuer.key), text.encode(), hashlib.sha256)
    return f"{text}.{encoded(signature)}"


def encoded(part):
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def of_a_stranger(claims, key_id):
    return sign(ec.generate_private_key(ec.SECP256R1()), claims, key_id)


def of_a_provider(claims, key_id):
    """RS256, as most OpenID providers sign."""
    key = rsa.generate_private_key(65537, 2048)
    return jwt.encode(claims, key, "RS256", headers={"kid": key_id})


def with_roles_written_in(issuer, claims):
    header, _, signature = sign(issuer.key.private, claims, issuer.key.id).split(".")
    return f"{header}.{encoded(json.dumps({**claims, 'roles': ['operator']}).encode())}.{signature}"


def claimed(**changes):
    """A token of the instance's own key, with these claims."""
    return lambda issuer, claims: sign(
        issuer.key.private,
        {name: value for name, value in {**claims, **changes}.items() if value is not None},
        issuer.key.id,
    )


def headed(**header):
    """A token of the instance's own key, with this header."""
    return lambda issuer, claims: jwt.encode(claims, issuer.key.private, "ES256", headers=header)


NOW = int(time.time())
PROVIDER = {"iss": "https://id.example.org", "aud": "intercoop"}
NEIGHBOUR = {"iss": "/test/auvergne", "aud": "/test/auvergne"}
NO_TOKENS = {
    "expired": claimed(exp=NOW - 60),
    "not yet valid": claimed(nbf=NOW + 6000),
    "issued in the future": claimed(iat=NOW + 6000),
    "unsigned": lambda issuer, claims: by_hand({"alg": "none", "kid": issuer.key.id}, claims),
    "signed with the public key": forged_with_the_public_key,
    "of another instance": claimed(**NEIGHBOUR),
    "of this owner in another network": claimed(iss="/bench/ouest", aud="/bench/ouest"),
    "for another instance": claimed(aud="/test/auvergne"),
    "for another application": claimed(aud="shop"),
    "of a provider": lambda _, claims: of_a_provider({**claims, **PROVIDER}, "first"),
    "of a provider by our name": lambda issuer, claims: of_a_provider(claims, issuer.key.id),
    "without subject": claimed(sub=None),
    "without session": claimed(sid=None),
    "without end": claimed(exp=None),
    "without beginning": claimed(iat=None),
    "without issuer": claimed(iss=None),
    "without audience": claimed(aud=None),
    "end that is no time": claimed(exp="tomorrow"),
    "end out of reach": claimed(exp=float("inf")),
    "end beyond all years": claimed(exp=10**15),
    "beginning before all years": claimed(iat=-(10**15)),
    "of an unknown key": lambda _, claims: of_a_stranger(claims, "unknown"),
    "of a stranger's key": lambda issuer, claims: of_a_stranger(claims, issuer.key.id),
    "of no key": headed(),
    "of a key by no name": headed(kid=""),
    "changed": with_roles_written_in,
    "garbage": lambda *_: "garbage",
    "empty parts": lambda *_: "..",
    "a header that is a list": lambda *_: f"{encoded(b'[]')}.{encoded(b'{}')}.x",
    "a header that is deep": lambda *_: f"{encoded(b'[' * 6000)}.{encoded(b'{}')}.x",
    "names a file as its key": headed(kid="../../etc/passwd"),
    "brings its own key": lambda _, claims: brings_its_own_key(claims),
}


def brings_its_own_key(claims):
    key = ec.generate_private_key(ec.SECP256R1())
    headers = {"kid": "own", "jwk": public_jwk(key, "own"), "jku": "http://127.0.0.1:9/jwks"}
    return jwt.encode(claims, key, "ES256", headers=headers)


def check_unauthenticated(answer):
    assert (answer.status, answer.code) == (401, "unauthenticated"), answer.text
    problem = json.loads(answer.text)
    assert ": " in problem["detail"], "what is wrong, and what to do"
    assert "Traceback" not in answer.text
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", NO_TOKENS)
async def test_what_is_no_valid_token_opens_nothing(instance, issuer, name):
    text = NO_TOKENS[name](issuer, issuer.claims(instance.settings))
    async with instance.client(text) as client:
        for route in (MEMBERS, STAFFS):
            answer = await send_request(client, "GET", route)
            check_unauthenticated(answer)
            assert len(text) < 20 or text not in answer.text


@pytest.mark.parametrize("sent", ["Basic dXNlcjpwYXNz", "Bearer", "", "token x"])
async def test_another_way_to_say_who_calls_is_told_the_right_one(instance, sent):
    async with instance.client() as client:
        answer = await send_request(client, "GET", MEMBERS, headers={"Authorization": sent})
    check_unauthenticated(answer)
    assert "Bearer <token>" in json.loads(answer.text)["detail"]


async def test_of_two_tokens_none_counts(instance):
    good = ("Authorization", f"Bearer {instance.token('staff')}")
    async with instance.client() as client:
        assert (await send_request(client, "GET", STAFFS, headers=[good])).status == 200
        for other in (good, ("authorization", "Bearer x"), ("AUTHORIZATION", "")):
            for both in ([good, other], [other, good]):
                answer = await send_request(client, "GET", STAFFS, headers=both)
                check_unauthenticated(answer)


async def test_a_bad_token_does_not_hinder_where_none_is_asked(instance):
    async with instance.client("garbage") as client:
        for path in ("/docs", "/health/live", "/events/api/calendars/organisers/ouest.ics"):
            assert (await send_request(client, "GET", path)).status == 200


@pytest.fixture
async def rotating(platform):
    """A directory that has its keys alone."""
    issuer = Issuer()
    async with serve_instance(platform, issuer, "directory") as instance:
        yield instance
    issuer.close()


async def answers(client, status):
    return (await send_request(client, "GET", MEMBERS)).status == status


async def test_keys_change_without_a_restart(rotating):
    issuer = rotating.issuer
    async with rotating.as_a("member") as old:
        assert await answers(old, 200)

        issuer.rotate()
        async with rotating.as_a("member") as new:
            assert await answers(new, 200)
        assert await answers(old, 200), "the older key is there still"

        issuer.rotate(keep=False)
        await until(lambda: answers(old, 401), what="the old keys out of work")
        async with rotating.as_a("member") as newest:
            assert await answers(newest, 200)


async def test_a_database_that_cannot_be_asked_lets_nobody_in(rotating, monkeypatch):
    monkeypatch.setattr(remembered, "ASK_AGAIN_S", 0)
    async with rotating.as_a("member") as member:
        assert await answers(member, 200)

        async def lost(*_):
            raise ConnectionRefusedError("the database is down")

        monkeypatch.setattr(rotating.dbs["directory"], "_opened", lost)
        answer = await send_request(member, "GET", MEMBERS)
        page = await send_request(member, "GET", "/docs")

    assert (answer.status, answer.code) == (503, "database-unavailable")
    assert page.status == 200, "nobody is asked for a token there"
