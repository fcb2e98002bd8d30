"""Requests that make no sense are the caller's fault, never the service's."""

from base64 import urlsafe_b64encode
from uuid import uuid4

import pytest


def cursor(text):
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "address",
    [
        "/notices?cursor=%00",
        f"/notices?cursor={cursor('[1, 2]')}",
        f"/notices?cursor={cursor('[99999999999999999999]')}",
        "/notices?limit=0",
        "/notices?unread=perhaps",
        "/mails?state=lost",
        f"/mails?cursor={cursor('[1]')}",
        "/undelivered?cursor=x",
        "/notices/not-an-id/read",
    ],
)
async def test_an_address_that_makes_no_sense(service, address):
    async with service.client(roles=["staff"]) as staff:
        answer = await staff.get(address)
    assert answer.status_code in {404, 405, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("position", "answered"),
    [
        ('["2026-01-01T00:00:00Z", "\\u0000"]', 422),
        ('["0001-01-01T00:00:00Z", ""]', 422),
        ('[0, "a"]', 200),
    ],
)
async def test_a_made_up_cursor_does_no_harm(service, position, answered):
    async with service.client(roles=["staff"]) as staff:
        answer = await staff.get("/mails", params={"cursor": cursor(position)})
    assert answer.status_code == answered, answer.text
    assert answered == 422 or answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"meetings": {"mail": True}},
        {"meetings": {"mail": "yes"}, "advice": {"mail": True}},
        {"meetings": {"mail": 1}, "advice": {"mail": True}},
        {"meetings": {"mail": True}, "advice": {"mail": True}, "cases": {"mail": True}},
        [],
        None,
    ],
)
async def test_preferences_that_make_no_sense_change_nothing(service, body):
    person = uuid4()
    async with service.client(person) as me:
        answer = await me.put("/preferences", json=body)
        assert answer.status_code == 422, answer.text
        assert (await me.get("/preferences")).json()["meetings"] == {"mail": True}


async def test_the_document_describes_every_operation(service):
    async with service.anyone() as anyone:
        document = (await anyone.get("/openapi.json")).json()
    operations = {
        f"{method.upper()} {path.removeprefix('/notifications/api')}"
        for path, item in document["paths"].items()
        for method in item
    }
    assert operations == {
        "GET /notices",
        "GET /notices/count",
        "GET /notices/live",
        "POST /notices/{notice_id}/read",
        "POST /notices/read-all",
        "GET /preferences",
        "PUT /preferences",
        "GET /stop/{token}",
        "POST /stop/{token}",
        "GET /mails",
        "POST /mails/{mail_id}/retry",
        "GET /undelivered",
    }
