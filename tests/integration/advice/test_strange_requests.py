"""Bodies and addresses that make no sense are the caller's fault, and said to be."""

from base64 import urlsafe_b64encode
from uuid import uuid4

import pytest

JSON = {"Content-Type": "application/json"}
ID = "01938f1e-0000-7000-8000-00000000000a"


@pytest.fixture
async def staff(home, exchange):
    await exchange.ask()
    async with home.client() as client:
        yield client


@pytest.mark.parametrize(
    "body",
    [
        b'{"title": "a\\u0000b"}',
        b'{"title": "\\ud800"}',
        b'{"title": " "}',
        b'{"title": ""}',
        b'{"title": 5}',
        b'{"title": "x", "organisation_id": "x"}',
        b'{"title": "x", "expertise": "locaux"}',
        b'{"title": "x", "expertise": [""]}',
        b'{"title": "x", "expertise": ["\\u0000"]}',
        b'{"title": "x", "text": "\\u001b"}',
        b'{"title": "x", "invitations": []}',
        b"[]",
        b"",
        b"\xff\xfe",
    ],
)
async def test_a_body_that_makes_no_sense_is_the_callers_fault(staff, asker, body):
    whole = body.replace(b'"title"', b'"organisation_id": "%s", "title"' % str(asker).encode(), 1)
    answer = await staff.post("/requests", content=whole, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("invitations", {"organisations": []}),
        ("invitations", {"organisations": [ID] * 31}),
        ("invitations", {"organisations": ["x"]}),
        ("invitations", {"organisations": [str(uuid4())]}),
        ("invitations", {}),
        ("close", {}),
        ("close", {"what_helped": " \n "}),
        ("close", {"what_helped": "Rien", "helped_by": [ID]}),
        ("close", {"what_helped": "x" * 4001}),
    ],
)
async def test_a_command_that_makes_no_sense_says_which_value_is_wrong(
    staff, exchange, address, body
):
    answer = await staff.post(f"/requests/{exchange.request}/{address}", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert (await exchange.read())["state"] == "open"


def cursor(text):
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "address",
    [
        "/requests?state=x",
        "/requests?cursor=x",
        f"/requests?cursor={cursor('[]')}",
        "/requests?limit=0",
        "/requests/x",
        f"/requests/{ID}/neighbours",
        f"/requests/{ID}",
        "/invitations?state=asked",
        f"/invitations?cursor={cursor('[1]')}",
        f"/invitations/{ID}",
        "/network-requests?state=invited",
        f"/network-requests?cursor={cursor('[1, 2]')}",
    ],
)
async def test_an_address_that_makes_no_sense_is_the_callers_fault(staff, address):
    answer = await staff.get(address)
    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("position", "answered"), [(f'["{ID}", "\\u0000"]', 422), (f'["{ID}", "auvergne"]', 200)]
)
async def test_a_made_up_cursor_does_no_harm(staff, position, answered):
    answer = await staff.get("/network-requests", params={"cursor": cursor(position)})
    assert answer.status_code == answered, answer.text
    assert answered == 422 or answer.json() == {"items": [], "next": None}


async def test_an_offer_without_words_is_none(home, neighbour, helper, exchange):
    await exchange.ask(helper)
    await neighbour.hears_from(home)
    for text in ("", "  ", "x" * 4001, "\x00"):
        answer = await exchange.offer(neighbour, helper, text)
        assert answer.status_code == 422, answer.text
    assert (await neighbour.shown_to(exchange.request, helper))["state"] == "invited"
