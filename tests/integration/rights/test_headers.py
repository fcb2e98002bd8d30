"""What every answer carries, and what none does."""

import json

import pytest
from structlog.testing import capture_logs

from intercoop_chassis.log import _add_trace
from testkit.sample_api.serving import SAMPLE_API, new_sample_api
from testkit.served_instance import OWNER, ROUTES, fill_path, send_request, serve_instance

READING = [one for one in ROUTES if one.method == "GET"]
PUBLIC = "/events/api/calendars/organisers/{organiser}.ics"


def address_of(route):
    """Of organisers' calendars the only one that there is here."""
    return fill_path(route.path.replace("{organiser}", OWNER))


@pytest.mark.parametrize("who", ["stranger", "staff"])
async def test_every_answer_is_safe_to_show_and_kept_nowhere_but_what_is_public(instance, who):
    async with instance.client(instance.token("staff") if who == "staff" else None) as client:
        for route in READING:
            answer = await send_request(client, "GET", address_of(route))
            headers = answer.headers
            assert headers["x-content-type-options"] == "nosniff", route.path
            assert headers["referrer-policy"] == "no-referrer", route.path
            is_public = route.path == PUBLIC or route.path.endswith("/docs")
            kept = "no-cache" if is_public else "no-store"
            assert headers["cache-control"] == kept, route.path
            assert "default-src 'none'" in headers["content-security-policy"], route.path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], route.path
            assert len(headers["x-trace-id"]) == 32, route.path
            assert "strict-transport-security" not in headers
            assert "server" not in headers


async def test_the_page_of_the_description_may_load_its_own_script_and_style(instance):
    async with instance.client() as client:
        page = await send_request(client, "GET", "/docs")
        script = await send_request(client, "GET", "/docs/page.js")
    policy = {one.strip() for one in page.headers["content-security-policy"].split(";")}
    assert policy == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    }
    assert script.headers["content-type"].startswith("text/javascript")


async def test_browsers_are_told_to_stay_with_https_where_people_come_by_it(platform, issuer):
    public = {"public_url": "https://coop.example"}
    async with (
        serve_instance(platform, issuer, "notifications", **public) as instance,
        instance.client() as one,
    ):
        for path in ("/health/live", "/nowhere", "/notifications/api/notices"):
            answer = await send_request(one, "GET", path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_no_other_site_may_ask_in_a_browsers_name(instance):
    origin = {"Origin": "https://elsewhere.example"}
    wish = origin | {"Access-Control-Request-Method": "POST"}
    async with instance.as_a("staff") as client:
        before = await send_request(client, "OPTIONS", "/directory/api/people", headers=wish)
        asking = await send_request(client, "GET", "/directory/api/people", headers=origin)
    assert before.status == 405
    for answer in (before, asking):
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_fault_is_found_in_the_log_by_what_the_answer_says_and_says_no_more(
    platform, issuer
):
    sample_api = new_sample_api(await platform.database(SAMPLE_API))
    with capture_logs(processors=[_add_trace]) as log:
        async with sample_api.client() as client:
            sent = {"X-Correlation-Id": "order-7"}
            answer = await client.get("/shelf/api/fault", headers=sent)
    await sample_api.close()
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "internal-error")
    [failed] = [one for one in log if one["event"] == "request_failed"]
    assert failed["trace_id"] == problem["trace_id"] == answer.headers["x-trace-id"]
    assert failed["correlation_id"] == "order-7"
    for inside in ("KeyError", "nobody may read", "Traceback", ".py", "fault of ", "line "):
        assert inside not in json.dumps({**problem, "detail": ""})
