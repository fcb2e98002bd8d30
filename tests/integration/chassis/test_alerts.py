"""The alerts on file watch what processes really measure, also while nothing moves."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from intercoop_chassis import telemetry
from intercoop_chassis.measures import Measures
from intercoop_chassis.runner import Instance, Role, run as run_roles
from intercoop_chassis.settings import Settings
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_local.platform.ports import free_port
from intercoop_notifications.main import SERVICE as NOTIFICATIONS
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView

FILE = Path(__file__).parents[3] / "deploy" / "monitoring" / "alerts.yml"
RULES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["groups"][0]["rules"]
NAME = re.compile(r"\bintercoop_[a-z_]+")


@pytest.fixture(scope="module")
async def exposed(platform, issuer):
    """What a process with a service that publishes, reads and sends mails shows, by name."""
    services, port, stop = (DIRECTORY, NOTIFICATIONS), free_port(), asyncio.Event()
    instances = [
        Instance(
            one,
            Settings(
                network="test",
                owner="alerted",
                database=await platform.database(one),
                kafka=platform.kafka.bootstrap,
                follows="alerted",
                issuer=issuer.url,
                jwks=issuer.jwks,
                http_port=port,
            ),
        )
        for one in services
    ]
    running = asyncio.create_task(run_roles(instances, tuple(Role), stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:

        async def leads():
            try:
                text = (await client.get("/metrics")).text
            except httpx.HTTPError:
                return None
            return text if 'intercoop_relay_leader{service="directory"} 1.0' in text else None

        text = await until(leads, within_s=60, what="a relay that leads")
    stop.set()
    await asyncio.wait_for(running, 40)
    for line in (
        "intercoop_ready{part=",
        "intercoop_parked_age_seconds{",
        "intercoop_lag_records{",
    ):
        assert line in text
    names = set()
    for family in text_string_to_metric_families(text):
        suffix = "_total" if family.type == "counter" else ""
        names.add(family.name + suffix)
    return names


async def test_what_an_alert_watches_is_measured_by_a_running_process(exposed):
    names = {name for rule in RULES for name in NAME.findall(rule["expr"])}
    assert len(names) > 8
    assert names - exposed == set()


async def test_what_waits_is_measured_while_the_broker_is_away(network):
    node = await network.node("one")
    await node.publish(THINGS, ThingView(name="waits"))
    await node.execute("UPDATE outbox SET enqueued_at = enqueued_at - interval '1 hour'")
    await Measures(node.service, node.db).look()
    assert telemetry.OUTBOX_AGE.labels("things")._value.get() > 3500
    assert telemetry.PARKED_AGE.labels("things")._value.get() == 0
