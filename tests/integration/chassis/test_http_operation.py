import asyncio
import re
import socket
from urllib.parse import urljoin

import httpx
import pytest

from intercoop_chassis.http.server import ListenError, serve_http
from testkit.nodes import until
from testkit.platform import Platform
from testkit.sample_api.serving import SAMPLE_API, SampleApi, new_sample_api

THINGS = "/shelf/api/things"


async def test_it_is_ready_when_nothing_is_wrong_and_says_what_is(sample_api: SampleApi) -> None:
    async with httpx.AsyncClient(base_url=sample_api.url) as anyone:
        ready = await anyone.get("/health/ready")
        sample_api.health.unwell("shelf.worker", "the broker cannot be reached")
        unready = await anyone.get("/health/ready")

    assert ready.json() == {
        "ready": True,
        "checks": [{"name": "shelf.database", "well": True, "reason": None}],
    }
    assert unready.status_code == 503
    assert unready.json()["checks"][1] == {
        "name": "shelf.worker",
        "well": False,
        "reason": "the broker cannot be reached",
    }


async def test_a_database_that_is_down_is_said_to_be_and_comes_back(platform: Platform) -> None:
    server = platform.new_postgres()
    server.start()
    sample_api = new_sample_api(await platform.database(SAMPLE_API, server))
    async with sample_api.client() as staff:
        assert (await staff.get(THINGS)).status_code == 200

        server.stop("immediate")
        down, unready = await staff.get(THINGS), await staff.get("/health/ready")
        alive = await staff.get("/health/live")
        server.start()
        back = await staff.get(THINGS)

    await sample_api.close()
    server.stop("immediate")
    assert (down.status_code, down.json()["code"]) == (503, "database-unavailable")
    assert int(down.headers["retry-after"]) > 0
    assert unready.status_code == 503
    assert "does not answer" in unready.json()["checks"][0]["reason"]
    assert alive.status_code == 200
    assert back.status_code == 200


async def test_requests_are_measured_by_route_and_not_by_address(
    staff: httpx.AsyncClient,
) -> None:
    thing = (await staff.post(THINGS, json={"name": "saw"})).json()["id"]
    await staff.get(f"{THINGS}/{thing}")
    await staff.get("/elsewhere")

    text = (await staff.get("/metrics")).text

    assert 'route="/shelf/api/things/{thing_id}"' in text
    assert 'route="unmatched"' in text
    assert thing not in text


async def test_the_description_names_every_problem(staff: httpx.AsyncClient) -> None:
    document = (await staff.get("/openapi.json")).json()

    change = document["paths"]["/shelf/api/things/{thing_id}"]["put"]
    expected = {
        "200",
        "400",
        "401",
        "403",
        "404",
        "409",
        "412",
        "413",
        "414",
        "415",
        "422",
        "428",
        "429",
        "431",
        "503",
    }
    assert set(change["responses"]) == expected
    response = document["components"]["responses"]["Problem422"]["content"]
    assert list(response) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_each_service_describes_itself_alone(staff: httpx.AsyncClient) -> None:
    document = (await staff.get("/shelf/api/openapi.json")).json()

    assert document["info"]["title"] == "Intercoop shelf"
    assert all(path.startswith("/shelf/api/") for path in document["paths"])


async def test_operations_are_grouped_by_capability_in_the_words_of_its_package(
    staff: httpx.AsyncClient,
) -> None:
    whole = (await staff.get("/openapi.json")).json()
    alone = (await staff.get("/shelf/api/openapi.json")).json()

    words = (
        "A small service with an HTTP API: things on a shelf, made, changed, listed and imported."
    )
    assert alone["tags"] == [{"name": "shelf: sample_api", "description": words}]
    assert [tag["name"] for tag in whole["tags"]] == ["shelf: sample_api", "sign-in", "operation"]
    used = {tag for item in whole["paths"].values() for one in item.values() for tag in one["tags"]}
    assert used == {"shelf: sample_api", "sign-in", "operation"}


@pytest.mark.parametrize("place", ["/docs", "/shelf/api/docs"])
async def test_the_page_of_the_description_needs_nothing_from_elsewhere(
    staff: httpx.AsyncClient, place: str
) -> None:
    page = await staff.get(place)
    parts = re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text)

    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in page.text
    assert len(parts) == 4
    for part in parts:
        answer = await staff.get(urljoin(place, part))
        media_type = "text/javascript" if part.endswith(".js") else "text/css"
        assert answer.headers["content-type"].startswith(media_type)


async def test_a_browser_that_has_the_page_is_told_so_and_nobody_is_sent_what_they_cannot_unpack(
    staff: httpx.AsyncClient,
) -> None:
    part = "/docs/swagger-ui.css"
    packed, plain = await staff.get(part), await staff.get(part, headers={"Accept-Encoding": ""})
    again = await staff.get(part, headers={"If-None-Match": packed.headers["etag"]})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["files.py", "LICENSE", "..%2Fapp.py", "swagger_ui"])
async def test_a_part_that_the_page_does_not_have_is_not_found(
    staff: httpx.AsyncClient, name: str
) -> None:
    assert (await staff.get(f"/docs/{name}")).status_code == 404


async def test_a_port_in_use_is_told_in_a_sentence() -> None:
    async def app(*_: object) -> None:
        """Never called."""

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"Port {port} on 127.0.0.1 is in use"):
            await serve_http(app, "127.0.0.1", port, asyncio.Event())


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.1"])
async def test_an_address_of_another_machine_is_told_in_a_sentence(host: str) -> None:
    async def app(*_: object) -> None:
        """Never called."""

    with pytest.raises(ListenError, match="INTERCOOP_HTTP_HOST"):
        await serve_http(app, host, 0, asyncio.Event())


async def test_a_request_under_way_is_answered_before_the_end(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @sample_api.app.get("/slow")
    async def slow() -> str:
        begun.set()
        await go_on.wait()
        return "done"

    async def refused() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", sample_api.port)
        except (ConnectionRefusedError, ConnectionResetError):  # closed, or while it was asked
            return True
        writer.close()
        return False

    answering = asyncio.create_task(staff.get("/slow"))
    await asyncio.wait_for(begun.wait(), 40)
    sample_api.stop.set()
    await until(refused, what="a closed port")
    go_on.set()

    assert (await answering).json() == "done"
    await asyncio.wait_for(sample_api.serving, 40)
