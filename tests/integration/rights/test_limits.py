"""How much one may send, and how often."""

import asyncio
import json

import pytest

from testkit.served_instance import send_request, serve_instance

IMPORT = "/directory/api/organisations/import"
PEOPLE = "/directory/api/people"
MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}


async def pieces(size):
    for _ in range(size // 65_536):
        yield b"[" * 65_536


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "kind", "limit"),
    [(PEOPLE, "application/json", "1 MiB"), (IMPORT, "text/csv", "10.1 MiB")],
)
async def test_a_body_that_is_too_large_is_refused_with_its_limit(
    instance, path, kind, limit, *, chunked
):
    size = 2 * MIB if path == PEOPLE else 11 * MIB
    content = pieces(size) if chunked else b"[" * size
    async with instance.as_a("staff") as staff:
        answer = await send_request(
            staff, "POST", path, content=content, headers={"Content-Type": kind}
        )
    assert (answer.status, answer.code) == (413, "payload-too-large")
    assert f"up to {limit}" in answer.text


async def test_an_import_may_be_larger_than_other_bodies(instance):
    rows = b"Raison sociale;Commune\r\n" + b"x" * (2 * MIB)
    async with instance.as_a("staff") as staff:
        csv = await send_request(
            staff, "POST", IMPORT, content=rows, headers={"Content-Type": "text/csv"}
        )
        form = await send_request(
            staff, "POST", IMPORT, files={"file": ("a.csv", rows, "text/csv")}
        )
    assert csv.status != 413, csv.text
    assert form.status != 413, form.text


async def test_a_page_has_its_limit(instance):
    async with instance.as_a("staff") as staff:
        answer = await send_request(staff, "GET", f"{PEOPLE}?limit=501")
    assert answer.status == 422
    assert "Send 500 or less" in answer.text


async def test_an_address_and_headers_have_their_limits(instance):
    async with instance.as_a("staff") as staff:
        address = await send_request(staff, "GET", f"{PEOPLE}?cursor={'x' * 17_000}")
        headers = await send_request(staff, "GET", PEOPLE, headers={"Cookie": "x" * 33_000})
        well = await send_request(staff, "GET", PEOPLE, headers={"Cookie": "x" * 8_000})
    assert (address.status, address.code) == (414, "address-too-long")
    assert (headers.status, headers.code) == (431, "headers-too-large")
    assert well.status == 200


async def everything(reader):
    """What was answered before the connection ended."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    "endless", [b"GET /", b"GET / HTTP/1.1\r\nCookie: ", b"GET / HTTP/1.1\r\n"]
)
async def test_a_request_whose_head_does_not_end_is_cut(instance, endless):
    reader, writer = await asyncio.open_connection("127.0.0.1", instance.port)
    more = b"x" * 8_192 if not endless.endswith(b"\n") else b"X-Y: z\r\n" * 1_024

    async def send():
        writer.write(endless)
        for _ in range(200):
            writer.write(more)
            await writer.drain()

    sending = asyncio.create_task(send())
    said = await asyncio.wait_for(everything(reader), 40)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    writer.close()
    assert said == b"" or said.startswith(b"HTTP/1.1 4"), said[:100]


async def test_after_a_large_head_the_connection_goes_on(instance):
    async with instance.as_a("staff") as staff:
        for _ in range(10):
            answer = await send_request(staff, "GET", PEOPLE, headers={"Cookie": "x" * 20_000})
            assert answer.status == 200


@pytest.fixture
async def counting(platform, issuer):
    """A directory that lets one caller ask once a second, and ten times at once."""
    async with serve_instance(platform, issuer, "directory", http_rate=1) as instance:
        yield instance


async def until_refused(client, path):
    """How many were answered before one was refused, and that one."""
    for number in range(200):
        answer = await send_request(client, "GET", path)
        if answer.status == 429:
            return number, answer
    raise AssertionError("nobody counts")


async def test_who_asks_too_often_is_told_when_to_ask_again(counting):
    people = counting.token("staff"), counting.token("staff")
    async with counting.client(people[0]) as hasty, counting.client(people[1]) as other:
        number, answer = await until_refused(hasty, PEOPLE)
        assert number >= 10
        assert answer.code == "too-many-requests"
        assert int(answer.headers["retry-after"]) >= 1
        assert "10 times at once" in json.loads(answer.text)["detail"]
        assert (await send_request(other, "GET", PEOPLE)).status == 200
        assert (await send_request(hasty, "GET", "/health/live")).status == 200
        assert (await send_request(hasty, "GET", "/metrics")).status == 200


async def test_strangers_are_counted_by_their_address_whatever_they_show(counting):
    async with counting.client() as stranger:
        await until_refused(stranger, PEOPLE)
        shown = await send_request(
            stranger, "GET", PEOPLE, headers={"Authorization": "Bearer other"}
        )
        assert shown.status == 429
        assert (await send_request(stranger, "GET", "/health/ready")).status == 200
    async with counting.as_a("staff") as known:
        assert (await send_request(known, "GET", PEOPLE)).status == 200
