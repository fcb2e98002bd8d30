"""The doctor: what is wrong, what to do, and an exit code that says how bad it is."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import httpx
import pytest

from intercoop_chassis.context import Context
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.http.server import serve_http
from intercoop_chassis.operating import checks, doctor, surroundings
from intercoop_chassis.wire.sealing import key_id
from intercoop_contracts.ids import owner_tag
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


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """A busy machine is nothing that the doctor is to find here."""
    monkeypatch.setattr(doctor, "PATIENCE_S", 30.0)
    monkeypatch.setattr(checks, "_OFF_S", 30.0)


@pytest.fixture
async def node(network, issuer):
    """A service that is well."""
    node = await network.node("maker")
    changes = {"signing_keys_file": issuer.keys_file, "http_port": free_port()}
    node.settings = node.settings.model_copy(update=changes)
    node.start_relay()
    node.start_worker()
    await node.publish(THINGS, ThingView(name="opens the topic"))
    await node.drained()
    async with answering(node):
        yield node


@asynccontextmanager
async def answering(node):
    """The node's HTTP side, where its settings say."""
    app = create_app([Mounted("things", None, Context(node.settings, node.db))], node.health)
    stop, address = asyncio.Event(), (node.settings.http_host, node.settings.http_port)
    serving = asyncio.create_task(serve_http(app, *address, stop))

    async def ready():
        with suppress(httpx.HTTPError):
            async with httpx.AsyncClient(trust_env=False) as client:
                url = f"http://{address[0]}:{address[1]}/health/ready"
                return (await client.get(url)).status_code == 200

    try:
        await until(ready, what="a process that is ready")
        yield
    finally:
        stop.set()
        await asyncio.wait_for(serving, 40)


async def examined(node, code, **changes):
    """The findings by what they are about; the exit code has to be this."""
    said = await node.command("doctor", "--json", **changes)
    assert said.exit_code == code, said.output
    return {one["what"]: one for one in json.loads(said.output)}


async def test_a_service_that_is_well_is_said_to_be(node):
    findings = await examined(node, 0)
    assert {one["level"] for one in findings.values()} == {"ok"}
    assert {"database", "clock", "parked", "outbox", "relay", "broker", "reading"} <= set(findings)
    assert {"signing keys", "sealing keys", "disk"} <= set(findings)
    said = await node.command("doctor", language="fr_FR.UTF-8")
    assert "✓ parked: rien n'attend" in said.output


async def test_a_database_that_is_down_is_named_with_the_rest_still_looked_at(node):
    dsn = f"postgresql://x:y@127.0.0.1:{free_port()}/x"
    findings = await examined(node, 2, DATABASE=dsn)
    assert findings["database"]["level"] == "fail"
    assert "address, firewall, password" in findings["database"]["remedy"]
    assert findings["signing keys"]["level"] == "ok"
    assert findings["broker"]["level"] == "ok"


async def test_a_broker_that_is_down_is_named(node):
    findings = await examined(node, 2, KAFKA=f"127.0.0.1:{free_port()}")
    assert findings["broker"]["level"] == "fail"
    assert "Nothing is lost" in findings["broker"]["said"]
    for name in ("reading", "broker clock"):
        assert findings[name]["level"] == "warn"
        assert findings[name]["remedy"] == "Mend the broker first"
    assert findings["database"]["level"] == "ok"


@pytest.mark.parametrize(
    ("off", "code", "level"), [("40 seconds", 1, "warn"), ("-5 minutes", 2, "fail")]
)
async def test_a_clock_that_is_off_is_named(node, monkeypatch, off, code, level):
    later = checks.CLOCK.replace("clock_timestamp()", f"clock_timestamp() + interval '{off}'")
    monkeypatch.setattr(checks, "CLOCK", later)
    findings = await examined(node, code)
    assert findings["clock"]["level"] == level
    assert "differ by" in findings["clock"]["said"]
    assert "NTP" in findings["clock"]["remedy"]


@pytest.mark.parametrize(("free", "code", "level"), [(8, 1, "warn"), (1, 2, "fail")])
async def test_a_disk_that_is_nearly_full_is_named(node, monkeypatch, free, code, level):
    usage = SimpleNamespace(total=100, used=100 - free, free=free)
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _: usage)
    findings = await examined(node, code)
    assert findings["disk"]["level"] == level
    assert f"{100 - free}% full" in findings["disk"]["said"]
    assert findings["disk"]["remedy"] == "Make room"


async def test_keys_that_are_gone_are_named(node, tmp_path):
    empty = tmp_path / "empty.keys"
    empty.write_text("")
    empty.chmod(0o600)
    findings = await examined(node, 2, SEALING_KEYS_FILE=str(empty), SIGNING_KEYS_FILE=str(empty))
    assert findings["sealing keys"]["level"] == "fail"
    assert "holds no private key" in findings["signing keys"]["said"]


async def test_keys_that_others_read_and_programs_that_nobody_can_are_named(node, issuer, tmp_path):
    issuer.keys_file.chmod(0o644)
    broken = tmp_path / "programs.toml"
    broken.write_text("[accounting]")
    broken.chmod(0o600)
    findings = await examined(node, 2, PROGRAMS_FILE=str(broken))
    assert "chmod 600" in findings["signing keys"]["said"]
    assert "accounting.secrets: Field required" in findings["programs"]["said"]
    findings = await examined(node, 1, SIGNING_KEYS_FILE="")
    assert "INTERCOOP_SIGNING_KEYS_FILE" in findings["signing keys"]["remedy"]


async def test_a_broker_that_says_nothing_is_given_up_in_time(node, monkeypatch):
    monkeypatch.setattr(doctor, "PATIENCE_S", 10.0)

    async def say_nothing(reader, writer):
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    findings = await examined(node, 2, KAFKA=f"127.0.0.1:{port}")
    silent.close()
    assert "did not answer within 5 s" in findings["broker"]["said"]
    assert findings["database"]["level"] == "ok"


async def test_settings_that_are_wrong_are_a_failure_too(node):
    said = await node.command("doctor", KAFKA="nowhere")
    assert said.exit_code == 2
    assert "INTERCOOP_KAFKA" in said.output


async def test_a_process_that_is_not_ready_or_not_there_is_named(node):
    findings = await examined(node, 1, HTTP_PORT=str(free_port()))
    assert findings["process"]["level"] == "warn"
    assert "Start the service" in findings["process"]["remedy"]

    node.health.unwell("things.timers", "they stand still")
    findings = await examined(node, 2)
    assert findings["process"]["said"] == "not ready: things.timers: they stand still"


async def test_what_nobody_reads_is_told_from_marks_of_transactions(node, network):
    other = await network.node("other")
    other.start_relay()
    subject = await other.publish(THINGS, ThingView(name="first"))
    await node.knows(subject)
    await other.drained()

    async def read():
        return (await examined(node, 0))["reading"]["said"] == "everything published is read"

    await until(read, what="a service that has read everything")

    await node.stop()
    await other.publish(THINGS, ThingView(name="second"))
    await other.drained()
    assert "not read yet: things ≤ " in (await examined(node, 2))["reading"]["said"]


async def test_two_owners_whose_ids_cannot_be_told_apart_are_named(node):
    first, second = "union-25109", "union-140190"
    await node.execute("INSERT INTO owner_tags VALUES ($1, $2)", owner_tag(first), first)
    assert (await examined(node, 0))["owners"]["level"] == "ok"
    finding = (await examined(node, 2, FOLLOWS=second))["owners"]
    assert first in finding["said"]
    assert second in finding["said"]
    assert "another slug" in finding["remedy"]


async def test_what_waits_is_a_warning_that_says_how_to_read_why(node, network):
    other = await network.node("other")
    other.start_relay()
    await other.publish(THINGS, ThingView(name="opens the topic"))
    await other.drained()
    topic, source = THINGS.topic(other.owner), f"/{network.name}/{other.owner}/things"
    headers = envelope("bad", 1, source=source).headers()
    await write(node.settings.kafka, topic, [("bad", b"{", headers)])

    async def waits():
        return await node.value("SELECT count(*) FROM parked")

    await until(waits, what="a parked change")
    findings = await examined(node, 1)
    assert findings["parked"]["level"] == "warn"
    assert "intercoop-things parked list" in findings["parked"]["remedy"]


BEYOND = """
INSERT INTO usage (topic, living, bytes, skipped, since)
VALUES ('shared.large.things.v1', 60000, 9000, 7, '2026-01-02 03:04Z')
"""


async def test_an_owner_beyond_its_limits_is_named_with_what_to_do(node):
    await node.execute(BEYOND)

    findings = await examined(node, 1)

    assert findings["limits"]["level"] == "warn"
    said = findings["limits"]["said"]
    assert said.startswith("large, shared.things.v1: 60000 entities of 50000")
    assert said.endswith("7 were only counted since 2026-01-02 03:04Z")
    assert "INTERCOOP_LIMIT_ENTITIES" in findings["limits"]["remedy"]


WAITS_SEALED = """
WITH known AS (INSERT INTO replica (topic, subject, seen, parked) VALUES ('t', $1, 0, -1))
INSERT INTO parked (topic, subject, version, headers, value, is_news, next_try_at,
                    kind, reason, missing_key)
VALUES ('t', $1, 1, '[]', 'x', true, now() + interval '1 hour', $2, 'sealed', $3)
"""


async def test_keys_that_are_missing_and_what_no_key_opens_are_named(node):
    here = key_id(node.settings.sealing_keys_file.read_text().strip())
    await node.execute(WAITS_SEALED, "a", "missing-key", here)
    assert "here now" in (await examined(node, 1))["sealed"]["said"]

    await node.execute(WAITS_SEALED, "b", "missing-key", "0123abcd")
    finding = (await examined(node, 2))["sealed"]
    assert finding["level"] == "warn"  # of two with this name the last is looked at
    await node.execute("DELETE FROM parked WHERE subject = 'a'")
    finding = (await examined(node, 2))["sealed"]
    assert finding["said"] == "keys are missing: 0123abcd (1)"
    assert "Add them below the others" in finding["remedy"]

    await node.execute("DELETE FROM parked")
    for subject, kind in (("c", "unopenable"), ("d", "unsealed")):
        await node.execute(WAITS_SEALED, subject, kind, None)
    finding = (await examined(node, 1))["sealed"]
    assert "changed or moved after they were sealed, or not sealed: 2" in finding["said"]
    assert "who else can write" in finding["remedy"]


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
