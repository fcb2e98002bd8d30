"""`POST /token`: programs prove who they are, as any library for OAuth does, and get an hour."""

import base64
from urllib.parse import quote_plus

import httpx
import jwt
import pytest

from intercoop_chassis.auth.programs import new_secret
from testkit.served_instance import OWNER, send_request, serve_instance

SECRET, HASH = new_secret()
GRANT = {"grant_type": "client_credentials"}
STAFFS = "/directory/api/people"
PROGRAMS = f"""
[accounting]
secrets = ["{HASH}"]
roles = ["staff"]

[display]
secrets = ["{HASH}"]
"""


@pytest.fixture
async def instance(platform, issuer, tmp_path):
    file = tmp_path / "programs.toml"
    file.touch(0o600)
    file.write_text(PROGRAMS)
    async with serve_instance(platform, issuer, "directory", programs_file=file) as instance:
        yield instance


@pytest.fixture
async def client(instance):
    async with instance.client() as client:
        yield client


def basic(name, secret):
    text = base64.b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


async def test_a_program_gets_a_token_and_does_what_its_roles_allow(instance, client):
    answer = await client.post("/token", data=GRANT, auth=httpx.BasicAuth("accounting", SECRET))

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert given.keys() == {"access_token", "token_type", "expires_in"}
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    claims = jwt.decode(given["access_token"], options={"verify_signature": False})
    assert claims["iss"] == claims["aud"] == f"/test/{OWNER}"
    assert claims["exp"] - claims["iat"] == 3600
    async with instance.client(given["access_token"]) as program:
        assert (await send_request(program, "GET", STAFFS)).status == 200


async def test_name_and_secret_may_stand_in_the_form(instance, client):
    sent = {**GRANT, "client_id": "display", "client_secret": SECRET}

    answer = await client.post("/token", data=sent)

    async with instance.client(answer.json()["access_token"]) as program:
        assert (await send_request(program, "GET", STAFFS)).status == 403
        assert (await send_request(program, "GET", "/directory/api/communes?q=Rodez")).status == 200


@pytest.mark.parametrize(
    ("sent", "headers", "status", "error"),
    [
        ({}, basic("accounting", SECRET), 400, "invalid_request"),
        ({"grant_type": "password"}, basic("accounting", SECRET), 400, "unsupported_grant_type"),
        ({**GRANT, "scope": "all"}, basic("accounting", SECRET), 400, "invalid_scope"),
        ({**GRANT, "client_secret": SECRET}, basic("accounting", SECRET), 400, "invalid_request"),
        (GRANT, {}, 401, "invalid_client"),
        (GRANT, basic("accounting", "guess"), 401, "invalid_client"),
        (GRANT, basic("nobody", SECRET), 401, "invalid_client"),
        (GRANT, basic("accounting", HASH), 401, "invalid_client"),
        (GRANT, {"Authorization": "Basic ***"}, 401, "invalid_client"),
        (GRANT, {"Authorization": "Basic /////w=="}, 401, "invalid_client"),
        (GRANT, {"Authorization": f"Bearer {SECRET}"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "accounting"}, {}, 401, "invalid_client"),
    ],
)
async def test_a_request_that_is_not_good_is_answered_as_the_rfc_has_it(
    client, sent, headers, status, error
):
    answer = await client.post("/token", data=sent, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert SECRET not in answer.text
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials&grant_type=x", "application/x-www-form-urlencoded"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=b"] * 100), "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_is_refused(client, body, kind):
    headers = {"Content-Type": kind, **basic("accounting", SECRET)}

    answer = await client.post("/token", content=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_an_endless_form_is_not_read(client):
    answer = await client.post("/token", data={**GRANT, "client_id": "x" * 100_000})

    assert answer.status_code == 413
