"""A sealing key that changes, is lost, and is found again."""

from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from intercoop_chassis.consumer import watch
from intercoop_chassis.consumer.parking.parked import retry_all
from intercoop_chassis.wire.sealing import Keyring, key_id
from testkit.nodes import until
from testkit.things.streams import SECRETS, SecretView

NAME = "Zéphyrine"


def given_keys(node, *keys):
    """What a restart with this key file gives."""
    node.settings.sealing_keys_file.write_text("\n".join(keys) + "\n")
    node.keyring = Keyring.from_file(node.settings.sealing_keys_file)


async def heard(node, subject):
    told = await until(lambda: node.told(subject), what="the secret")
    return told[-1]["name_after"]


async def sent(node):
    subject = await node.publish(SECRETS, SecretView(who=NAME, size=1))
    node.start_relay()
    await node.drained()
    return subject


async def test_after_a_new_key_old_messages_are_read_with_the_old_one(network):
    one = await network.node("one")
    old, new = one.settings.sealing_keys_file.read_text().strip(), Fernet.generate_key().decode()
    first = await sent(one)
    await one.stop()

    given_keys(one, new, old)
    second = await sent(one)
    one.start_worker()

    assert await heard(one, first) == NAME
    assert await heard(one, second) == NAME
    assert await one.value("SELECT count(*) FROM parked") == 0


async def test_a_lost_key_is_named_and_heals_what_waits_when_it_is_found(network, monkeypatch):
    monkeypatch.setattr(watch, "LOOK_AT_CLUSTER_S", 0.0)
    one = await network.node("one")
    old, new = one.settings.sealing_keys_file.read_text().strip(), Fernet.generate_key().decode()
    lost = await sent(one)
    await one.stop()

    given_keys(one, new)
    with capture_logs() as log:
        one.start_worker()
        fine = await sent(one)
        assert await heard(one, fine) == NAME

        async def noted():
            return one.health.notes.get("things.sealing")

        remark = await until(noted, what="a word on the missing key")
    reason = await one.value("SELECT reason FROM parked WHERE subject = $1", lost)
    said = [entry for entry in log if entry["event"] in {"change_parked", "sealing_keys_missing"}]
    assert f"the key {key_id(old)}, which the key file lacks" in reason
    assert f"{key_id(old)} (waiting: 1)" in remark
    assert {entry["event"] for entry in said} == {"change_parked", "sealing_keys_missing"}
    assert all(key_id(old) in str(entry) for entry in said)
    assert not one.health.problems
    for key in (old, new):
        assert key not in str(log) + reason + remark

    await one.stop()
    given_keys(one, new, old)
    async with one.db.transaction() as tx:
        assert await retry_all(tx) == 1
    one.start_worker()
    assert await heard(one, lost) == NAME

    async def forgotten():
        return "things.sealing" not in one.health.notes

    await until(forgotten, what="the end of the remark")
