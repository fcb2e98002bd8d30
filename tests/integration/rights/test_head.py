"""`HEAD` wherever there is `GET`: the same answer without its content, at once."""

import asyncio
from uuid import uuid4

import pytest

from testkit.served_instance import ROUTES, fill_path, send_request

READING = [one for one in ROUTES if one.method == "GET"]
SAME = ("content-type", "etag", "cache-control", "content-security-policy", "www-authenticate")
LIVE = "/notifications/api/notices/live"


@pytest.mark.parametrize("route", READING, ids=lambda one: one.path)
async def test_each_route_that_is_read_has_a_head(instance, route):
    path = fill_path(route.path)
    for roles in ((), ("member",), ("staff", "operator")):
        async with instance.client(instance.token(*roles) if roles else None) as client:
            whole = await send_request(client, "GET", path)
            head = await asyncio.wait_for(client.head(path), 20)
        assert (head.status_code, head.content) == (whole.status, b"")
        for name in SAME:
            assert head.headers.get(name) == whole.headers.get(name), name


async def test_an_endless_answer_is_not_waited_for_and_holds_no_place(instance):
    me = str(uuid4())
    async with instance.as_a("member", sub=me) as client:
        for _ in range(20):
            head = await asyncio.wait_for(client.head(LIVE), 20)
            assert head.status_code == 200
            assert head.headers["content-type"].startswith("text/event-stream")
        listening = await send_request(client, "GET", LIVE)
    assert listening.status == 200
