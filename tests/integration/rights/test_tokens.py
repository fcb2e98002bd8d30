"""What is no valid token opens nothing, and is told so in words."""

import asyncio
import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from intercoop_chassis.auth import keys
from testkit.issuer import Issuer, sign
from testkit.nodes import until
from testkit.served_instance import send_request, serve_instance

MEMBERS = "/directory/api/communes?q=Aurillac"
STAFFS = "/directory/api/people"


def forged_with_the_public_key(issuer):
    """HS256, with the key that everybody can fetch as its secret."""
    [(key_id, key)] = issuer.keys.items()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, claims = ({"alg": "HS256", "typ": "JWT", "kid": key_id}, issuer.claims())
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{encoded(hmac.digest(public, text.encode(), hashlib.sha256))}"


def encoded(part):
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(issuer):
    return jwt.encode(issuer.claims(), None, "none", headers={"kid": "first"})


def of_a_stranger(issuer, key_id):
    return sign(rsa.generate_private_key(65537, 2048), issuer.claims(), key_id)


def with_roles_written_in(issuer):
    header, _, signature = issuer.token().split(".")
    claims = encoded(json.dumps(issuer.claims(roles=["operator"])).encode())
    return f"{header}.{claims}.{signature}"


NO_TOKENS = {
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 60),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 600),
    "issued in the future": lambda issuer: issuer.token(iat=int(time.time()) + 600),
    "unsigned": unsigned,
    "signed with the public key": forged_with_the_public_key,
    "of another issuer": lambda issuer: issuer.token(iss="https://id.example.org"),
    "for another application": lambda issuer: issuer.token(aud="shop"),
    "of no owner": lambda issuer: issuer.token(owner="../ouest"),
    "without owner": lambda issuer: issuer.token(owner=None),
    "without subject": lambda issuer: issuer.token(sub=None),
    "without end": lambda issuer: issuer.token(exp=None),
    "without issuer": lambda issuer: issuer.token(iss=None),
    "without audience": lambda issuer: issuer.token(aud=None),
    "end that is no time": lambda issuer: issuer.token(exp="tomorrow"),
    "end out of reach": lambda issuer: issuer.token(exp=float("inf")),
    "of an unknown key": lambda issuer: of_a_stranger(issuer, "unknown"),
    "of a stranger's key": lambda issuer: of_a_stranger(issuer, "first"),
    "of a key by no name": lambda issuer: jwt.encode(
        issuer.claims(), issuer.keys["first"], "RS256", headers={"kid": ""}
    ),
    "changed": with_roles_written_in,
    "garbage": lambda _: "garbage",
    "empty parts": lambda _: "..",
    "a header that is a list": lambda _: f"{encoded(b'[]')}.{encoded(b'{}')}.x",
    "a header that is deep": lambda _: f"{encoded(b'[' * 6000)}.{encoded(b'{}')}.x",
    "names a file as its key": lambda issuer: jwt.encode(
        issuer.claims(), issuer.keys["first"], "RS256", headers={"kid": "../../etc/passwd"}
    ),
    "brings its own key": lambda issuer: jwt.encode(
        issuer.claims(),
        issuer.keys["first"],
        "RS256",
        headers={"kid": "own", "jwk": issuer.shown()[0], "jku": "http://127.0.0.1:9/jwks"},
    ),
}


def check_unauthenticated(answer):
    assert (answer.status, answer.code) == (401, "unauthenticated"), answer.text
    problem = json.loads(answer.text)
    assert ": " in problem["detail"], "what is wrong, and what to do"
    assert "Traceback" not in answer.text
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", NO_TOKENS)
async def test_what_is_no_valid_token_opens_nothing(instance, issuer, name):
    text = NO_TOKENS[name](issuer)
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


async def test_a_good_token_for_another_owner_is_nobody_special_here(instance):
    async with instance.as_a("staff", "operator", owner="auvergne") as neighbour:
        assert (await send_request(neighbour, "GET", MEMBERS)).status == 200
        assert (await send_request(neighbour, "GET", STAFFS)).status == 403


async def test_a_bad_token_does_not_hinder_where_none_is_asked(instance):
    async with instance.client("garbage") as client:
        for path in ("/docs", "/health/live", "/events/api/calendars/organisers/ouest.ics"):
            assert (await send_request(client, "GET", path)).status == 200


@pytest.fixture
async def rotating(platform, monkeypatch):
    """A directory whose issuer changes its keys, and whose patience is short."""
    monkeypatch.setattr(keys, "UNKNOWN_KEY_PAUSE_S", 0.2)
    monkeypatch.setattr(keys, "FRESH_S", 0.5)
    issuer = Issuer()
    async with serve_instance(platform, issuer, "directory") as instance:
        yield instance
    issuer.close()


async def test_keys_change_without_a_restart(rotating):
    issuer = rotating.issuer
    async with rotating.as_a("member") as old:
        assert (await send_request(old, "GET", MEMBERS)).status == 200
        issuer.rotate("second")

        async with rotating.as_a("member") as new:

            async def opens():
                return (await send_request(new, "GET", MEMBERS)).status == 200

            await until(opens, what="the new key at work")

        async def shut():
            return (await send_request(old, "GET", MEMBERS)).status == 401

        await until(shut, what="the old key out of work")


async def test_made_up_keys_do_not_make_us_hammer_the_issuer(instance, issuer):
    async with instance.as_a("member") as client:
        assert (await send_request(client, "GET", MEMBERS)).status == 200
    before = issuer.fetches
    stranger = rsa.generate_private_key(65537, 2048)
    forged = [sign(stranger, issuer.claims(), f"made-up-{number}") for number in range(50)]

    started = time.monotonic()
    async with instance.client() as client:
        answers = await asyncio.gather(
            *(
                send_request(client, "GET", MEMBERS, headers={"Authorization": f"Bearer {one}"})
                for one in forged
            )
        )
    pauses = (time.monotonic() - started) / keys.UNKNOWN_KEY_PAUSE_S

    assert {answer.status for answer in answers} == {401}
    assert issuer.fetches - before <= 1 + pauses
