"""What each route declares of who may call it is what happens."""

import asyncio
import json

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE, Caller, Right
from intercoop_chassis.auth.rights import UndeclaredError
from intercoop_chassis.http.rights import declared_rights
from intercoop_local import openapi
from testkit.everybody import EVERYBODY, NOBODY, OPEN
from testkit.served_instance import ROUTES, fill_path, send_request

HINDERED = {401, 403}
BRINGING = [one for one in ROUTES if one.method in {"POST", "PUT", "PATCH", "DELETE"}]
ASKING_A_TOKEN = [one for one in BRINGING if one.right not in OPEN]


def named(one):
    return f"{one.method} {one.path}"


@pytest.fixture
def clients(instance, tokens):
    return {who: instance.client(tokens[who]) for who in EVERYBODY}


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_a_route_lets_in_whom_it_says(clients, route):
    for who, rights in EVERYBODY.items():
        async with clients[who] as client:
            answer = await send_request(client, route.method, fill_path(route.path))
        if route.right in rights:
            assert answer.status not in HINDERED, (who, answer.text)
        elif who in NOBODY:
            assert (answer.status, answer.code) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert (answer.status, answer.code) == (403, "forbidden"), who


BODIES = {
    "no JSON": {"content": b'{"name":', "headers": {"Content-Type": "application/json"}},
    "JSON of another shape": {"json": ["x"]},
    "no form": {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
    "far too much": {"content": b"[" * 3_000_000},
}


@pytest.mark.parametrize("route", ASKING_A_TOKEN, ids=named)
async def test_what_a_stranger_brings_is_not_looked_at(instance, route):
    async with instance.client() as stranger:
        for body in BODIES.values():
            answer = await send_request(stranger, route.method, fill_path(route.path), **body)
            assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.mark.parametrize("route", ASKING_A_TOKEN, ids=named)
async def test_a_stranger_is_answered_before_the_body_comes(instance, route):
    """Not a byte of what is announced is sent, and the answer is there."""
    for announced in ("Content-Length: 999999999999", "Transfer-Encoding: chunked"):
        reader, writer = await asyncio.open_connection("127.0.0.1", instance.port)
        head = f"{route.method} {fill_path(route.path)} HTTP/1.1\r\nHost: here\r\n{announced}\r\n"
        writer.write(
            f"{head}Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        said = await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
        assert said.startswith(b"HTTP/1.1 401"), said
        writer.close()


@pytest.mark.parametrize("route", [one for one in BRINGING if one.right is Right.STAFF], ids=named)
async def test_what_a_member_brings_to_staffs_routes_is_not_looked_at(instance, route):
    async with instance.as_a("member") as member:
        for body in BODIES.values():
            answer = await send_request(member, route.method, fill_path(route.path), **body)
            assert (answer.status, answer.code) == (403, "forbidden")


def refused(router):
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    with pytest.raises(UndeclaredError) as caught:
        declared_rights(app)
    return str(caught.value)


def test_a_route_that_says_nothing_of_who_may_call_it_is_not_served():
    router = APIRouter()

    @router.get("/secrets")
    async def secrets() -> str:
        return "all of them"

    said = refused(router)
    assert "/secrets" in said
    assert "ANYONE" in said


def test_a_route_that_contradicts_itself_is_not_served():
    router = APIRouter(dependencies=[ANYONE])

    @router.get("/secrets")
    async def secrets(_: Caller) -> str:
        return "all of them"

    assert "anyone and member" in refused(router)


def test_what_cannot_say_who_may_call_it_is_not_served():
    router = APIRouter()
    router.add_route("/secrets", lambda _: Response("all of them"))

    assert "/secrets" in refused(router)


def test_every_service_and_what_watches_them_is_walked():
    paths = {one.path for one in ROUTES}
    assert {"/health/live", "/health/ready", "/metrics", "/docs"} <= paths
    assert {path.split("/")[1] for path in paths if "/api/" in path} == {
        "directory", "events", "advice", "notifications",
    }  # fmt: skip
    described = json.loads(openapi.FILE.read_text(encoding="utf-8"))["paths"]
    assert set(described) <= {path.replace(":uuid}", "}") for path in paths}
