import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from testkit.sample_api.serving import SampleApi

THINGS = "/shelf/api/things"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def made(staff: httpx.AsyncClient, name: str) -> str:
    answer = await staff.post(THINGS, json={"name": name})
    assert answer.status_code == 201, answer.text
    return f"{THINGS}/{answer.json()['id']}"


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem that is complete."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    assert body["trace_id"] == answer.headers["x-trace-id"]
    return answer.status_code, body["code"]


async def test_what_is_made_can_be_read_with_its_etag(staff: httpx.AsyncClient) -> None:
    address = await made(staff, "saw")

    answer = await staff.get(address)

    assert answer.status_code == 200
    assert answer.json()["name"] == "saw"
    assert answer.headers["etag"] == '"1"'


async def test_a_change_needs_the_version_it_changes(staff: httpx.AsyncClient) -> None:
    address = await made(staff, "saw")

    async def change(**headers: str) -> httpx.Response:
        return await staff.put(address, json={"name": "axe"}, headers=headers)

    assert problem(await change()) == (428, "version-required")
    assert problem(await change(**{"If-Match": "1"})) == (422, "invalid")
    assert (await change(**{"If-Match": '"1"'})).json()["version"] == 2
    assert problem(await change(**{"If-Match": '"1"'})) == (412, "stale-version")


async def test_of_two_changes_to_one_version_one_wins(staff: httpx.AsyncClient) -> None:
    address = await made(staff, "saw")
    headers = {"If-Match": '"1"'}

    answers = await asyncio.gather(
        *(staff.put(address, json={"name": name}, headers=headers) for name in "abcd")
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_a_list_is_read_page_by_page_without_gaps(staff: httpx.AsyncClient) -> None:
    names = [f"thing {number}" for number in range(7)]
    for name in reversed(names):
        await made(staff, name)

    seen: list[str] = []
    cursor: str | None = None
    while cursor or not seen:
        page = (
            await staff.get(THINGS, params={"limit": "3"} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next"]

    assert seen == names


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "cursor=nonsense"])
async def test_a_wrong_page_is_refused_with_the_field(staff: httpx.AsyncClient, query: str) -> None:
    answer = await staff.get(f"{THINGS}?{query}")

    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_every_wrong_field_is_named_and_no_value_comes_back(
    staff: httpx.AsyncClient,
) -> None:
    answer = await staff.post(THINGS, json={"name": "Jeanne" * 20})

    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "name"
    assert "Jeanne" not in answer.text


async def test_what_is_no_json_or_no_text_is_refused(staff: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    broken = await staff.post(THINGS, content=b'{"name":', headers=headers)
    null = await staff.post(THINGS, content=b'{"name": "a\\u0000b"}', headers=headers)
    deep = await staff.post(THINGS, content=b"[" * 200_000, headers=headers)
    form = await staff.post("/shelf/api/imports", content=b"x", headers=headers)

    assert problem(broken) == (422, "invalid")
    assert problem(null) == (422, "unstorable-text")
    assert problem(deep) == (422, "invalid")
    assert form.status_code in {400, 415, 422}


async def test_what_is_not_there_is_a_problem_too(staff: httpx.AsyncClient) -> None:
    assert problem(await staff.get(f"{THINGS}/{uuid4()}")) == (404, "not-found")
    assert problem(await staff.get("/elsewhere")) == (404, "not-found")
    assert problem(await staff.get(f"{THINGS}/")) == (404, "not-found")


async def test_a_wrong_method_is_told_the_right_ones(staff: httpx.AsyncClient) -> None:
    answer = await staff.delete(THINGS)

    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_a_fault_says_nothing_of_its_inside(staff: httpx.AsyncClient) -> None:
    answer = await staff.get("/shelf/api/fault")

    assert problem(answer) == (500, "internal-error")
    assert "nobody may read" not in answer.text


async def test_who_calls_decides_what_they_may(sample_api: SampleApi) -> None:
    async def register(**claims: object) -> httpx.Response:
        async with sample_api.client(**claims) as client:
            return await client.post(THINGS, json={"name": "saw"})

    assert (await register()).status_code == 201
    assert problem(await register(roles=["member"])) == (403, "forbidden")
    assert problem(await register(exp=1)) == (401, "unauthenticated")


async def test_anyone_of_the_network_may_read(sample_api: SampleApi) -> None:
    async with sample_api.client(roles=[]) as client:
        assert (await client.get(THINGS)).status_code == 200


async def test_operators_operate_and_staff_do_not(
    sample_api: SampleApi, staff: httpx.AsyncClient
) -> None:
    async with sample_api.client(roles=["operator"]) as operator:
        assert (await operator.post("/shelf/api/operation")).status_code == 200

    assert problem(await staff.post("/shelf/api/operation")) == (403, "forbidden")


@pytest.mark.parametrize("header", [None, "Basic YTpi", "Bearer", "Bearer x", "Bearer a b"])
async def test_without_a_token_one_is_told_to_send_one(
    sample_api: SampleApi, header: str | None
) -> None:
    async with sample_api.client() as client:
        client.headers.pop("Authorization")
        headers = {"Authorization": header} if header else {}
        answer = await client.get(THINGS, headers=headers)

    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused(
    staff: httpx.AsyncClient, *, chunked: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 1024 * 1024

    content = pieces() if chunked else b"x" * 11 * 1024 * 1024

    answer = await staff.post("/shelf/api/body", content=content)

    assert problem(answer) == (413, "payload-too-large")


async def test_the_trace_and_correlation_of_the_request_go_on(staff: httpx.AsyncClient) -> None:
    answer = await staff.get(
        "/shelf/api/trace", headers={"traceparent": TRACEPARENT, "X-Correlation-Id": "order-7"}
    )

    assert answer.json()["traceparent"].split("-")[1] == TRACEPARENT.split("-")[1]
    assert answer.json()["correlation"] == "order-7"
    assert answer.headers["x-trace-id"] == TRACEPARENT.split("-")[1]


async def test_a_request_without_a_readable_trace_begins_one(staff: httpx.AsyncClient) -> None:
    answer = await staff.get(
        "/shelf/api/trace", headers={"traceparent": "nonsense", "X-Correlation-Id": "a b"}
    )

    assert answer.json()["correlation"] == answer.headers["x-trace-id"]


async def test_every_answer_is_safe_to_show(staff: httpx.AsyncClient) -> None:
    for address in (THINGS, "/docs", "/elsewhere", "/health/live"):
        headers = (await staff.get(address)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
