"""HTTP as programs and proxies speak it, not only as it is in the book."""

import json

import httpx
import pytest

from testkit.sample_api.serving import SampleApi

THINGS = "/shelf/api/things"
SAW = b'{"name": "saw"}'


async def made(staff: httpx.AsyncClient) -> str:
    answer = await staff.post(THINGS, json={"name": "saw"})
    return f"{THINGS}/{answer.json()['id']}"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    "sent", ['"1"', 'W/"1"', '"1-gzip"', 'W/"1--gzip"', '"7", W/"1"', '"other", "1;br"', "*"]
)
async def test_an_etag_is_taken_as_proxies_send_it_back(
    staff: httpx.AsyncClient, sent: str
) -> None:
    address = await made(staff)

    answer = await staff.put(address, json={"name": "axe"}, headers={"If-Match": sent})

    assert (answer.status_code, answer.json()["version"]) == (200, 2)


async def test_an_etag_in_two_headers_is_a_list(staff: httpx.AsyncClient) -> None:
    address = await made(staff)
    headers = [("If-Match", '"7"'), ("If-Match", 'W/"1"')]

    answer = await staff.put(address, json={"name": "axe"}, headers=headers)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("sent", ['W/"2"', '"2-gzip"', '"7", "8"'])
async def test_one_of_another_version_is_stale_however_it_is_written(
    staff: httpx.AsyncClient, sent: str
) -> None:
    address = await made(staff)

    answer = await staff.put(address, json={"name": "axe"}, headers={"If-Match": sent})

    assert problem(answer) == (412, "stale-version")


@pytest.mark.parametrize("sent", ["1", '"abc"', '"1', '"-1"', '"1.0"', "", '"1-rewritten"'])
async def test_what_is_no_etag_of_ours_is_said_with_what_proxies_may_do(
    staff: httpx.AsyncClient, sent: str
) -> None:
    address = await made(staff)

    answer = await staff.put(address, json={"name": "axe"}, headers={"If-Match": sent})

    assert problem(answer) == (422, "invalid")
    assert "whole numbers in quotation marks" in answer.json()["errors"][0]["message"]
    assert "proxy" in answer.json()["errors"][0]["remedy"]


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"; q=1',
        "application/json ; charset=ISO-8859-1",  # JSON is UTF-8 all the same
        "application/vnd.api+json",
        "application/merge-patch+json; x=y",
    ],
)
async def test_json_is_taken_under_each_of_its_names(
    staff: httpx.AsyncClient, media_type: str
) -> None:
    body = json.dumps({"name": "scie à métaux"}, ensure_ascii=False).encode()

    answer = await staff.post(THINGS, content=body, headers={"Content-Type": media_type})

    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == "scie à métaux"


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "text/html; charset=utf-8", "json", "é"],
)
async def test_another_media_type_is_named_in_the_refusal(
    staff: httpx.AsyncClient, media_type: str
) -> None:
    sent = {"Content-Type": media_type.encode("latin-1")}

    answer = await staff.post(THINGS, content=SAW, headers=sent)

    assert problem(answer) == (415, "unsupported-media-type")
    assert media_type in answer.json()["detail"]
    assert "application/json" in answer.json()["detail"]


async def test_a_body_without_a_media_type_or_compressed_is_refused_as_that(
    staff: httpx.AsyncClient,
) -> None:
    bare = await staff.post(THINGS, content=SAW)
    json_type = {"Content-Type": "application/json"}
    zipped = await staff.post(
        THINGS, content=b"\x1f\x8b\x08", headers={**json_type, "Content-Encoding": "gzip"}
    )
    as_it_is = await staff.post(
        THINGS, content=SAW, headers={**json_type, "Content-Encoding": "identity"}
    )

    assert problem(bare) == (415, "unsupported-media-type")
    assert "has no Content-Type" in bare.json()["detail"]
    assert problem(zipped) == (415, "unsupported-media-type")
    assert "Content-Encoding" in zipped.json()["detail"]
    assert as_it_is.status_code == 201


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (b'{"name": "saw", "name": "axe"}', "name", "twice"),
        (b'{"name": "saw", "name": "saw"}', "name", "twice"),
        (b'{"name": NaN}', "body", "NaN"),
        ('{"name": "été"}'.encode("latin-1"), "body", "UTF-8"),
        (b"[" * 100_000, "body", "brackets"),
        (b'{"name": 1' + b"0" * 5000 + b"}", "body", "digits"),
        (b'{"name":', "body", "at character 8"),
        (b"", "body", "required"),
    ],
)
async def test_a_body_that_says_two_things_or_none_is_refused_with_the_reason(
    staff: httpx.AsyncClient, sample_api: SampleApi, body: bytes, field: str, said: str
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await staff.post(THINGS, content=body, headers=headers)

    assert problem(answer) == (422, "invalid")
    wrong = answer.json()["errors"][0]
    assert wrong["field"] == field
    assert said in wrong["message"]
    assert await sample_api.count() == 0


async def test_a_parameter_twice_in_the_address_is_refused(staff: httpx.AsyncClient) -> None:
    twice = await staff.get(f"{THINGS}?limit=3&limit=4")
    once = await staff.get(f"{THINGS}?limit=3&cursor=")

    assert problem(twice) == (422, "invalid")
    assert twice.json()["errors"][0]["field"] == "limit"
    assert once.json()["errors"][0]["field"] == "cursor"


async def test_a_form_that_cannot_be_read_is_refused_with_the_reason(
    staff: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "multipart/form-data"}

    answer = await staff.post("/shelf/api/imports", content=b"x", headers=headers)

    assert problem(answer) == (400, "bad-request")
    assert "boundary" in answer.json()["detail"]


async def test_the_headers_are_those_of_get_and_there_is_no_body(
    staff: httpx.AsyncClient,
) -> None:
    address = await made(staff)
    for path in (address, THINGS, "/docs", "/openapi.json", "/health/live", "/elsewhere"):
        whole, head = await staff.get(path), await staff.head(path)

        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("content-type", "content-length", "etag", "cache-control", "allow"):
            if path != "/elsewhere" or name != "content-length":  # it holds the trace's id
                assert head.headers.get(name) == whole.headers.get(name), (path, name)


async def test_only_what_can_be_got_has_a_head(staff: httpx.AsyncClient) -> None:
    answer = await staff.head("/shelf/api/imports")
    told = await staff.delete(THINGS)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert told.headers["allow"] == "GET, HEAD, POST"


async def test_the_connection_goes_on_after_a_head(sample_api: SampleApi) -> None:
    async with sample_api.client() as client:
        for _ in range(3):
            assert (await client.head(THINGS)).status_code == 200
            assert (await client.get(THINGS)).json()["items"] == []
