"""Whatever is sent to whichever route: it is the caller's fault, and never a fault of the service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from intercoop_local import openapi
from intercoop_local.services import NAMES, load_services
from testkit.directory_service import some_communes
from testkit.events_service import meeting_body
from testkit.hostile_requests import Target
from testkit.served_instance import ServedInstance, send_request

TARGETS = Target.all_of(openapi.document())
EXAMPLES = 20
FAULT = 500


@pytest.fixture(scope="module")
async def client(platform, issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may do everything, at an instance where some things are."""
    fills = {"directory": some_communes}
    dsns = {
        service.name: await platform.database(service, fill=fills.get(service.name))
        for service in load_services(NAMES)
    }
    instance = ServedInstance(dsns, issuer, http_rate=0)
    roles = ("staff", "operator", "member")
    async with instance.as_a(*roles, organisations=[str(uuid4())]) as client:
        yield client
    await instance.close()


@pytest.fixture(scope="module")
async def ids(client) -> list[str]:
    """What is there, and what is not."""
    now = datetime.now(UTC) + timedelta(minutes=1)
    person = {"given_name": "Camille", "family_name": "Exemple"}
    there = {
        "/directory/api/organisations": {"name": "Atelier du Canal"},
        "/directory/api/people": person,
        "/events/api/meetings": meeting_body(now),
    }
    answers = [await client.post(path, json=body) for path, body in there.items()]
    return [*(answer.json()["id"] for answer in answers), str(uuid4()), "ouest"]


@pytest.mark.parametrize("target", TARGETS, ids=str)
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],  # a failure says what was sent; to make it smaller takes a minute
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_request_is_answered_by_a_fault(client, ids, target, data):
    sent = data.draw(target.requests(ids))

    answer = await send_request(
        client, sent.method, sent.path, headers=sent.headers, content=sent.content
    )

    assert answer.status < FAULT, answer.text
    if answer.status >= httpx.codes.BAD_REQUEST and sent.method != "HEAD":
        is_page = answer.headers["content-type"].startswith("text/html")
        is_oauths = target.path == "/token" and "error_description" in answer.text
        said = answer.code or is_page or is_oauths or "Invalid HTTP request" in answer.text
        assert said, answer.text
