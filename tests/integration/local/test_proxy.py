"""One address for several processes: what passes, what does not, and when."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from intercoop_chassis.http.server import serve_http
from intercoop_local.platform.ports import LOOPBACK, free_port
from intercoop_local.proxy import Proxy

BIG = b"0123456789abcdef" * 200_000


class Upstream:
    """A service that says what it was asked, lives on a stream, and notes who has left."""

    def __init__(self, name):
        self.name = name
        self.go_on, self.left = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["path"].endswith("/live"):
            await self._live(receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        said = {
            "service": self.name,
            "method": scope["method"],
            "target": (scope["raw_path"] + b"?" + scope["query_string"]).decode(),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "bytes": len(body),
        }
        headers = [
            (b"content-type", b"application/json"),
            (b"set-cookie", b"one=1"),
            (b"set-cookie", b"two=2"),
            (b"connection", b"x-of-one-connection"),
            (b"x-of-one-connection", b"1"),
            (b"keep-alive", b"timeout=5"),
        ]
        status = int(dict(scope["headers"]).get(b"x-wanted", b"200"))
        content = b"" if status in {204, 304} else json.dumps(said).encode()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _live(self, receive, send):
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
        going_on = asyncio.create_task(self.go_on.wait())
        leaving = asyncio.create_task(self._until_left(receive))
        await asyncio.wait({going_on, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if self.go_on.is_set():
            await send({"type": "http.response.body", "body": b"data: second\n\n"})
        going_on.cancel()
        leaving.cancel()

    async def _until_left(self, receive):
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


@asynccontextmanager
async def served(app):
    port, stop = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve_http(app, LOOPBACK, port, stop))
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        stop.set()
        await asyncio.wait_for(serving, 40)


@pytest.fixture
async def services():
    return {name: Upstream(name) for name in ("directory", "events")}


@pytest.fixture
async def client(services):
    nowhere = f"http://{LOOPBACK}:{free_port()}"
    async with (
        served(services["directory"]) as directory,
        served(services["events"]) as events,
    ):
        proxy = Proxy({"directory": directory, "events": events, "advice": nowhere})
        async with (
            served(proxy) as address,
            httpx.AsyncClient(
                base_url=address, transport=httpx.AsyncHTTPTransport(retries=20), timeout=60
            ) as client,
        ):
            yield client
        await proxy.close()


def headers_of(answer):
    return [(name, value) for name, value in answer.json()["headers"]]


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/events/api/meetings", "events"),
        ("/events", "events"),
        ("/directory/", "directory"),
        ("/", "directory"),
        ("/docs", "directory"),
        ("/eventsandmore", "directory"),
        ("/me/events/", "directory"),
    ],
)
async def test_a_service_gets_what_is_below_its_name_and_the_first_all_else(client, path, service):
    assert (await client.get(path)).json()["service"] == service


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_address_and_method_arrive_as_they_were_sent(client, method):
    answer = await client.request(method, "/events/a%2Fb%20c/%C3%A9?q=a%26b&q=%2B&empty=")
    said = answer.json()
    assert said["method"] == method
    assert said["target"] == "/events/a%2Fb%20c/%C3%A9?q=a%26b&q=%2B&empty="


async def test_who_asks_is_said_by_the_proxy_alone(client):
    made_up = {
        "X-Forwarded-For": "203.0.113.66",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Real-IP": "203.0.113.66",
        "Forwarded": "for=203.0.113.66",
        "Host": "coop.example",
    }
    said = headers_of(await client.get("/events/", headers=made_up))
    about = [(name, value) for name, value in said if "forwarded" in name or name == "x-real-ip"]
    assert sorted(about) == [
        ("x-forwarded-for", LOOPBACK),
        ("x-forwarded-host", "coop.example"),
        ("x-forwarded-proto", "http"),
    ]
    assert [value for name, value in said if name == "host"] == ["coop.example"]


async def test_headers_of_one_connection_end_with_it(client):
    sent = {
        "Connection": "keep-alive, X-Mine",
        "X-Mine": "1",
        "TE": "trailers",
        "Upgrade": "websocket",
        "Proxy-Authorization": "Basic x",
        "X-Kept": "1",
    }
    answer = await client.get("/events/", headers=sent)
    arrived = {name for name, _ in headers_of(answer)}
    assert "x-kept" in arrived
    assert not arrived & {"x-mine", "te", "upgrade", "proxy-authorization"}
    assert not {"x-of-one-connection", "keep-alive"} & set(answer.headers)
    assert answer.headers.get_list("set-cookie") == ["one=1", "two=2"]


async def test_a_stream_arrives_while_it_goes_on(client, services):
    async with client.stream("GET", "/events/live") as answer:
        pieces = answer.aiter_raw()
        assert await anext(pieces) == b"data: first\n\n"
        services["events"].go_on.set()
        assert await anext(pieces) == b"data: second\n\n"


async def test_a_service_hears_that_its_client_has_left(client, services):
    async with client.stream("GET", "/events/live") as answer:
        assert await anext(answer.aiter_raw()) == b"data: first\n\n"
    await asyncio.wait_for(services["events"].left.wait(), 40)


async def test_large_bodies_pass_with_a_length_or_in_pieces(client):
    async def pieces():
        for start in range(0, len(BIG), 100_000):
            yield BIG[start : start + 100_000]

    for content in (BIG, pieces()):
        assert (await client.post("/events/", content=content)).json()["bytes"] == len(BIG)


@pytest.mark.parametrize("status", [201, 204, 304, 404, 503])
async def test_any_status_passes_and_the_connection_goes_on(client, status):
    for _ in range(2):
        answer = await client.get("/events/", headers={"X-Wanted": str(status)})
        assert answer.status_code == status


async def test_for_a_service_that_is_not_there_another_answers(client):
    answer = await client.post("/advice/api/requests", content=b"{}")
    assert answer.json()["service"] == "directory"
    assert (answer.json()["target"], answer.json()["bytes"]) == ("/advice/api/requests?", 2)
    assert (await client.get("/events/")).json()["service"] == "events"


async def test_a_service_is_named_when_none_is_there():
    nowhere = [f"http://{LOOPBACK}:{free_port()}" for _ in range(2)]
    proxy = Proxy(dict(zip(("directory", "advice"), nowhere, strict=True)))
    async with (
        served(proxy) as address,
        httpx.AsyncClient(
            base_url=address, transport=httpx.AsyncHTTPTransport(retries=20), timeout=60
        ) as client,
    ):
        answer = await client.post("/advice/api/requests", content=b"{}")
    await proxy.close()
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "service-unanswered"
    assert answer.json()["detail"].startswith("advice does not answer")
