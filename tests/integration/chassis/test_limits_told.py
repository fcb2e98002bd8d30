"""What an owner has beyond its limits is told to operators over HTTP, with the limits."""

import httpx
import pytest

from intercoop_chassis.consumer.parking.parked import topics_with_excess
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http.app import create_app
from intercoop_chassis.mounting import mounted
from intercoop_chassis.operating import limits
from intercoop_chassis.operating.parked import list_parked
from testkit.issuer import Issuer
from testkit.rows_read import rows_read

BEYOND = """
WITH known AS (
    INSERT INTO usage (topic, living, bytes, parked, skipped, since) VALUES
        ('shared.large.things.v1', 60000, 9000000, 500, 7, '2026-01-02 03:04Z'),
        ('shared.small.things.v1', 1, 300, 0, 0, NULL)
), marked AS (
    INSERT INTO replica (topic, subject, seen, parked) VALUES ('shared.large.things.v1', 's', 1, 1)
)
INSERT INTO parked (topic, subject, version, headers, value, is_news, kind, reason, next_try_at)
VALUES ('shared.large.things.v1', 's', 1, '[]', '{}', true, 'excess', 'many', 'infinity')
"""


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
async def client(network, issuer):
    """An operator's, of an instance with an owner beyond its limits."""
    node = await network.node("follower")
    await node.execute(BEYOND)
    settings = node.settings.model_copy(update={"signing_keys_file": issuer.keys_file})
    app = create_app([mounted(node.service, Context(settings, node.db), node.keyring)], Health())
    async with httpx.AsyncClient(
        base_url="http://things.test/things/api/operator",
        headers={"Authorization": f"Bearer {issuer.token(settings, roles=['operator'])}"},
        transport=httpx.ASGITransport(app=app),
    ) as client:
        yield client


async def test_what_each_owner_has_is_listed_in_pages_beside_the_limits(client):
    answer = await client.get("/limits", params={"limit": 1})
    following = await client.get("/limits", params={"limit": 1, "cursor": answer.json()["next"]})

    [large], [small] = answer.json()["items"], following.json()["items"]
    assert (large["owner"], large["entities"], large["entities_limit"]) == ("large", 60_000, 50_000)
    assert (large["excess"], large["skipped"]) == (1, 7)
    assert large["incomplete_since"] == "2026-01-02T03:04:00Z"
    assert (small["owner"], small["entities"], small["incomplete_since"]) == ("small", 1, None)


async def test_excess_is_listed_with_what_waits_and_has_no_next_try(client):
    [line] = (await client.get("/parked")).json()["items"]

    assert line["next_try"] is None
    assert line["remedy"]["en"].startswith("Ask its operator")


MANY = """
WITH marked AS (
    INSERT INTO replica (topic, subject, seen, parked)
    SELECT 'shared.large.things.v1', 's' || n, 1, 1 FROM generate_series(1, 5000) AS n
), counted AS (
    INSERT INTO usage (topic, living, bytes)
    SELECT 'shared.small' || n || '.things.v1', 3, 900 FROM generate_series(1, 2000) AS n
)
INSERT INTO parked (topic, subject, version, headers, value, is_news, kind, reason, next_try_at)
SELECT 'shared.large.things.v1', 's' || n, 1, '[]', '{}', true, 'excess', 'many', 'infinity'
FROM generate_series(1, 5000) AS n
"""


async def test_one_owners_excess_is_found_without_reading_every_topic_and_all_of_it(
    network, monkeypatch
):
    monkeypatch.setattr(limits, "COUNTED_UP_TO", 100)
    node = await network.node("follower")
    await node.execute(MANY)
    await node.execute("ANALYZE parked, usage")

    async with node.db.transaction() as tx:
        before = await rows_read(tx)
        [beyond] = await limits.beyond_limits("follower", tx)
        waiting = await topics_with_excess(tx)
        assert await rows_read(tx) - before < 1000

    assert (beyond.owner, beyond.excess) == ("large", 100)
    assert waiting == ["shared.large.things.v1"]


async def test_what_a_later_version_parked_is_listed_by_one_that_does_not_know_why(network):
    node = await network.node("follower")
    await node.execute(BEYOND)
    await node.execute("ALTER TABLE parked DROP CONSTRAINT parked_kind_is_known")
    await node.execute("UPDATE parked SET kind = 'unheard-of'")

    async with node.db.read() as tx:
        [waiting] = await list_parked(None, 10, tx)

    assert waiting.reason == "many"
