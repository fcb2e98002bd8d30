from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from intercoop_directory.main import SERVICE
from testkit.directory_service import DirectoryService, some_communes
from testkit.issuer import Issuer
from testkit.platform import Platform

JSON = {"Content-Type": "application/json"}
UNION = b'{"kind": "union", "owner": "auvergne", "since": "2015-01-01"}'


@pytest.fixture(scope="module")
async def staff(platform: Platform, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """One directory for all of them: none is to leave anything behind."""
    dsn = await platform.database(SERVICE, fill=some_communes)
    directory = DirectoryService("midi-pyrenees", dsn, issuer)
    async with directory.client() as client:
        yield client
    await directory.db.close()


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "x", "\\ud800": 1}',
        b'{"name": "x", "\\u0000": 1}',
        b'{"name": "x", "headcount": 1' + b"0" * 5000 + b"}",
        b'{"name": "x", "headcount": 9223372036854775808}',
        b'{"name": "x", "headcount": NaN}',
        b'{"name": "x", "headcount": "12"}',
        b'{"name": "x", "joined": 0}',
        b'{"name": "x", "joined": "0001-01-01"}',
        b'{"name": "x", "joined": "9999-12-31"}',
        b'{"name": "x", "joined": "2015-02-30"}',
        b'{"name": "x", "is_cae": "yes"}',
        b'{"name": "x", "kind": "project", "statute": "scop"}',
        b'{"name": "x", "expertise": ["a, b"]}',
        b'{"name": "x", "links": [' + b", ".join([UNION] * 2) + b"]}",
        b'{"name": "x", "contact": {"website": "javascript:alert(1)"}}',
        b'{"name": "x", "contact": {"website": "http://[::1"}}',
        b'{"name": "\\u0085"}',
        b'{"name": "   "}',
        b'{"name": "x", "siren": "\\u0663\\u0663\\u0663\\u0663\\u0663\\u0663\\u0663\\u0663\\u0663"}',
        b'{"name": "x", "commune": {"code": "31555", "town": "Toulouse"}}',
        b"[" * 100_000,
        b"[]",
        b"null",
        b"",
        b"\xff\xfe",
    ],
)
async def test_a_body_that_makes_no_sense_is_the_callers_fault(
    staff: httpx.AsyncClient, body: bytes
) -> None:
    answer = await staff.post("/organisations", content=body, headers=JSON)

    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "address",
    [
        "/organisations?cursor=%00",
        "/organisations?cursor=x",
        f"/organisations?cursor={cursor('[]')}",
        f"/organisations?cursor={cursor('[1, 2, 3]')}",
        f"/organisations?cursor={cursor('{}')}",
        "/organisations?limit=99999999999999999999",
        "/organisations?owner=%00",
        "/organisations?owner=Ouest",
        "/organisations?departement=%D9%A3%D9%A1",
        "/organisations?trade=%25",
        "/organisations?on=0",
        "/organisations?on=99999-01-01",
        "/organisations?expertise=%00",
        "/organisations/search?q=%00",
        "/organisations/search?q=",
        "/organisations/search?q=%25%5F",
        "/organisations/nearest?lat=1e400&lon=0",
        "/organisations/nearest?lat=1&lon=1&limit=0",
        "/organisations/not-an-id",
        "/communes?q=a",
        "/communes?q=%00%00",
        "/people?organisation=x",
        "/people/%00",
    ],
)
async def test_an_address_that_makes_no_sense_is_the_callers_fault(
    staff: httpx.AsyncClient, address: str
) -> None:
    answer = await staff.get(address)

    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "position", "answered"),
    [
        ("/organisations", '["\\u0000", "a", "{id}"]', 422),
        ("/organisations", '["a", "\\u0000", "{id}"]', 422),
        ("/organisations", '[10000, "a", "a", "{id}"]', 422),
        ("/organisations", '["a", "a", "{id}"]', 200),
        ("/organisations/search", '["\\u0000", "a", "{id}"]', 422),
        ("/organisations/search", '[1000000, "a", "a", "{id}"]', 200),
        ("/organisations/search", '[1000001, "a", "a", "{id}"]', 422),
    ],
)
async def test_a_made_up_cursor_does_no_harm(
    staff: httpx.AsyncClient, address: str, position: str, answered: int
) -> None:
    made_up = cursor(position.replace("{id}", str(uuid4())))

    answer = await staff.get(address, params={"q": "a", "cursor": made_up})

    assert answer.status_code == answered, answer.text
    assert answered == 422 or answer.json() == {"items": [], "next": None}


async def test_words_that_mean_something_to_sql_mean_nothing_here(
    staff: httpx.AsyncClient,
) -> None:
    await staff.post("/organisations", json={"name": "100% Bois_Massif \\ Cie"})

    found = await staff.get("/organisations/search", params={"q": "100% bois_massif"})
    nothing = await staff.get("/organisations/search", params={"q": "b%x"})

    assert len(found.json()["items"]) == 1
    assert nothing.json()["items"] == []
