"""A database restored from a backup, and what its private topics hold: opened, or not to be."""

from functools import partial

import pytest

from intercoop_chassis.operating.reconcile import CannotReconcileError, Missing
from intercoop_chassis.wire.sealing import create_key_file
from testkit.nodes import until
from testkit.poison import Raw
from testkit.things.streams import SECRETS, SecretView
from testkit.topics import read_all, write_at_once

ERASED = b'{"ended": {"reason": "erased", "erased": true}}'


async def test_what_was_sealed_with_a_lost_key_is_not_overlooked(pair):
    owner, _ = pair
    copy = await owner.back_up()
    subject = await owner.node.publish(SECRETS, SecretView(who="Ada Exemple"))
    await owner.node.drained()
    await owner.node.stop()
    await owner.restore(copy)
    keys = owner.node.settings.sealing_keys_file
    keys.unlink()
    create_key_file(keys)
    owner.node.keyring = type(owner.node.keyring).from_file(keys)
    owner.node.start_relay()
    assert subject in await owner.refuses()
    with pytest.raises(CannotReconcileError, match="key file"):
        await owner.reconcile()
    await owner.reconcile(Missing.END)
    assert await owner.node.version_of(subject) == 2


async def test_spoilt_secrets_in_ones_topic_do_not_silence_its_owner(network, pair):
    """Moved, changed, under another event's id, in the clear, or as an earlier version sealed."""
    owner, _ = pair
    node = owner.node
    subjects = [await node.publish(SECRETS, SecretView(who=who)) for who in ("Ada", "Bob")]
    await node.drained()
    await node.stop()
    topic = SECRETS.topic(node.owner)
    ada, bob = [
        Raw(each.topic, each.key, each.value, list(each.headers))
        for each in await read_all(node.settings.kafka, topic)
    ]
    newer = ada.header("ce_sequence", b"9")
    spoilt = [
        newer,
        newer.valued(bob.value),
        bob.about(subjects[0]),
        ada.header("ce_id", b"018f0000-0000-7000-8000-00000000000f"),
        newer.valued(ada.value[:-1] + b"."),
        newer.valued(SecretView(who="Eve").model_dump_json().encode()),
        newer.valued(ERASED),
        newer.valued(None),
    ]
    await write_at_once(
        node.settings.kafka, [(one.topic, one.key, one.value, one.headers) for one in spoilt]
    )

    node.start_relay()
    node.start_worker()
    late = await node.publish(SECRETS, SecretView(who="Cleo"))
    for subject in (*subjects, late):
        await until(partial(node.told, subject), what="the secret")

    assert [(await node.told(one))[-1]["name_after"] for one in (*subjects, late)] == [
        "Ada",
        "Bob",
        "Cleo",
    ]
    assert (await owner.compare()).missing == []


async def test_a_secret_that_is_newer_than_the_backup_is_kept_and_read_back(pair):
    owner, _ = pair
    copy = await owner.back_up()
    subject = await owner.node.publish(SECRETS, SecretView(who="Ada Exemple"))
    await owner.node.drained()
    await owner.node.stop()
    await owner.restore(copy)
    owner.node.start_relay()
    await owner.refuses()

    await owner.reconcile()

    [row] = await owner.node.fetch("SELECT * FROM published WHERE subject = $1", subject)
    assert (row["version"], row["event_type"]) == (1, "secret-kept")
    assert row["value"] == SecretView(who="Ada Exemple").model_dump_json()
