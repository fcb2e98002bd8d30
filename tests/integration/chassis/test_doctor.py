"""The doctor: what is wrong, what to do, and an exit code that says how bad it is."""

import json

import pytest

from intercoop_local.platform.ports import free_port
from testkit.issuer import Issuer
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import envelope, write


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture
async def node(network, issuer):
    """A service that is well."""
    node = await network.node("maker")
    node.settings = node.settings.model_copy(update={"issuer": issuer.url, "jwks": issuer.jwks})
    node.start_relay()
    node.start_worker()
    await node.publish(THINGS, ThingView(name="opens the topic"))
    await node.drained()
    return node


async def examined(node, code, **changes):
    """The findings by what they are about; the exit code has to be this."""
    said = await node.command("doctor", "--json", **changes)
    assert said.exit_code == code, said.output
    return {one["what"]: one for one in json.loads(said.output)}


async def test_a_service_that_is_well_is_said_to_be(node):
    findings = await examined(node, 0)
    assert {one["level"] for one in findings.values()} == {"ok"}
    assert {"database", "clock", "parked", "outbox", "relay", "broker", "reading"} <= set(findings)
    assert {"issuer", "sealing keys", "disk"} <= set(findings)
    said = await node.command("doctor", language="fr_FR.UTF-8")
    assert "✓ parked: rien n'attend" in said.output


async def test_a_database_that_is_down_is_named_with_the_rest_still_looked_at(node):
    dsn = f"postgresql://x:y@127.0.0.1:{free_port()}/x"
    findings = await examined(node, 2, DATABASE=dsn)
    assert findings["database"]["level"] == "fail"
    assert "address, firewall, password" in findings["database"]["remedy"]
    assert findings["issuer"]["level"] == "ok"


async def test_a_broker_that_is_down_is_named(node):
    findings = await examined(node, 2, KAFKA=f"127.0.0.1:{free_port()}")
    assert findings["broker"]["level"] == "fail"
    assert findings["database"]["level"] == "ok"


async def test_an_issuer_that_is_down_and_keys_that_are_gone_are_named(node, issuer, tmp_path):
    issuer.down = True
    empty = tmp_path / "empty.keys"
    empty.write_text("")
    findings = await examined(node, 2, SEALING_KEYS_FILE=str(empty))
    assert findings["issuer"]["level"] == "fail"
    assert findings["sealing keys"]["level"] == "fail"


async def test_what_waits_is_a_warning_that_says_how_to_read_why(node, network):
    other = await network.node("other")
    other.start_relay()
    await other.publish(THINGS, ThingView(name="opens the topic"))
    await other.drained()
    topic, source = THINGS.topic(other.owner), f"/test/{other.owner}/things"
    headers = envelope("bad", 1, source=source).headers()
    await write(node.settings.kafka, topic, [("bad", b"{", headers)])

    async def waits():
        return await node.value("SELECT count(*) FROM parked")

    await until(waits, what="a parked change")
    findings = await examined(node, 1)
    assert findings["parked"]["level"] == "warn"
    assert "intercoop-things parked list" in findings["parked"]["remedy"]


async def test_changes_that_do_not_leave_are_worse_the_longer_it_takes(node):
    await node.stop()
    await node.publish(THINGS, ThingView(name="stays"))
    findings = await examined(node, 2)
    assert findings["relay"]["level"] == "fail"
    assert findings["outbox"]["level"] == "ok"
    for minutes, level in ((2, "warn"), (20, "fail")):
        await node.execute(
            "UPDATE outbox SET enqueued_at = now() - make_interval(mins => $1)", minutes
        )
        findings = await examined(node, 2)
        assert findings["outbox"]["level"] == level
        assert "Nothing is lost" in findings["outbox"]["remedy"]


async def test_what_the_broker_refuses_and_tables_that_are_missing_are_named(node):
    await node.execute(
        "INSERT INTO outbox (topic, subject, refused) VALUES ('t', 's', 'it is too large')"
    )
    findings = await examined(node, 1)
    assert "it is too large" in findings["outbox"]["said"]
    await node.execute("DELETE FROM migrations WHERE file_name LIKE '0007%'")
    findings = await examined(node, 2)
    assert "it lacks 1 migrations" in findings["database"]["said"]
    assert findings["database"]["remedy"] == "Run intercoop-things migrate"
