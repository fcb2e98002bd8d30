"""The alerts on file watch what processes really measure, also while nothing moves."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from intercoop_chassis import telemetry
from intercoop_chassis.operating.measures import Measures
from intercoop_chassis.runner import Instance, Role, run as run_roles
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_local.platform.ports import free_port
from intercoop_notifications.main import SERVICE as NOTIFICATIONS
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView

FILE = Path(__file__).parents[3] / "deploy" / "monitoring" / "alerts.yml"
RULES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["groups"][0]["rules"]
NAME = re.compile(r"\bintercoop_[a-z_]+")


async def instance(service, platform, issuer, port):
    settings = service.settings(
        network="test",
        owner="alerted",
        database=await platform.database(service),
        kafka=platform.kafka.bootstrap,
        follows="alerted",
        signing_keys_file=issuer.keys_file,
        http_port=port,
    )
    return Instance(service, settings)


async def metrics_of_a_leader(port):
    """What the process shows as soon as its relay leads."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

        async def leads():
            with suppress(httpx.HTTPError):
                text = (await client.get("/metrics")).text
                return text if 'intercoop_relay_leader{service="directory"} 1.0' in text else None

        return await until(leads, within_s=60, what="a relay that leads")


@pytest.fixture
async def shown(platform, issuer):
    """What a process with services that publish, read and send mails shows."""
    port, stop = free_port(), asyncio.Event()
    services = [await instance(one, platform, issuer, port) for one in (DIRECTORY, NOTIFICATIONS)]
    running = asyncio.create_task(run_roles(services, tuple(Role), stop))
    text = await metrics_of_a_leader(port)
    stop.set()
    await asyncio.wait_for(running, 40)
    return text


async def test_what_an_alert_watches_is_measured_by_a_running_process(shown):
    families = list(text_string_to_metric_families(shown))
    there = {one.name + ("_total" if one.type == "counter" else "") for one in families}
    watched = {name for rule in RULES for name in NAME.findall(rule["expr"])}
    assert len(watched) > 8
    assert watched - there == set()
    for name in ("ready", "parked_age_seconds", "outbox_age_seconds", "lag_records"):
        assert [one for one in families if one.name == f"intercoop_{name}" and one.samples], name


MANY = """
WITH marked AS (
    INSERT INTO replica (topic, subject, seen, parked)
    SELECT 'shared.large.things.v1', n::text, 1, 1 FROM generate_series(1, 10500) AS n
)
INSERT INTO parked (topic, subject, version, headers, value, is_news, kind, reason, next_try_at)
SELECT 'shared.large.things.v1', n::text, 1, '[]', '{}', true,
       CASE WHEN n > 20 THEN 'excess' ELSE 'unreadable' END, 'x', 'infinity'
FROM generate_series(1, 10500) AS n
"""
COUNTED = """
INSERT INTO usage (topic, living, bytes, skipped, since)
VALUES ('shared.large.things.v1', 40000, 9000, 7, now()), ('shared.one.things.v1', 9, 9, 0, NULL)
"""


async def test_excess_is_measured_apart_counted_up_to_a_bound_and_leaves_the_process_ready(network):
    node = await network.node("one")
    measures = Measures(node.service, node.db, node.health, node.settings)
    await node.execute(MANY)
    await node.execute(COUNTED)

    await measures.look()

    assert telemetry.EXCESS.labels("things")._value.get() == 10_000
    assert telemetry.PARKED.labels("things")._value.get() == 20
    assert telemetry.INCOMPLETE.labels("things")._value.get() == 1
    assert telemetry.LIMIT_USED.labels("things")._value.get() == 0.8
    assert "shared.large.things.v1" in node.health.notes["things.limits"]
    assert node.health.problems == {}

    await node.execute("TRUNCATE parked, usage")
    await Measures(node.service, node.db, node.health, node.settings).look()
    assert "things.limits" not in node.health.notes


async def test_what_waits_is_measured_while_the_broker_is_away(network):
    node = await network.node("one")
    await node.publish(THINGS, ThingView(name="waits"))
    await node.execute("UPDATE outbox SET enqueued_at = enqueued_at - interval '1 hour'")
    await Measures(node.service, node.db, node.health, node.settings).look()
    assert telemetry.OUTBOX_AGE.labels("things")._value.get() > 3500
    assert telemetry.PARKED_AGE.labels("things")._value.get() == 0
