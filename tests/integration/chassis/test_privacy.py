"""Whoever can read the cluster's bytes reads nothing that is private."""

import base64

import pytest

from intercoop_chassis.errors import PayloadTooLargeError
from intercoop_chassis.publishing.publications import MAX_VALUE_BYTES
from intercoop_contracts.streams import End, Ended
from testkit.nodes import until
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import read_all, topics_of

NAME = "Zéphyrine Quintessence"
SIZE = 73_194_826


async def everything_written(node):
    """All bytes of an owner's topics: keys, values, headers."""
    topics = await topics_of(node.settings.kafka, node.owner)
    return await read_all(node.settings.kafka, *topics)


def bytes_of(records):
    return b"".join(
        b"".join([one.key or b"", one.value or b"", *(value for _, value in one.headers)])
        for one in records
    )


async def test_nothing_of_a_private_stream_is_readable_in_any_topic(network):
    one = await network.node("one")
    one.start_relay()
    one.start_worker()
    subject = await one.publish(SECRETS, SecretView(who=NAME, size=SIZE))
    await one.publish(SECRETS, Ended(ended=End(reason="vanished-without-trace", erased=True)))
    await one.publish(THINGS, ThingView(name="public"))
    told = await until(lambda: one.told(subject), what="the secret within its instance")
    assert told[0]["name_after"] == NAME
    await one.drained()

    records = await everything_written(one)
    written = bytes_of(records)
    assert {record.topic for record in records} > {SECRETS.topic(one.owner)}
    assert b"public" in written
    fields = ("who", "size", "ended", "erased")
    for hidden in (NAME, "Quintessence", str(SIZE), "secret-kept", "vanished-without-trace"):
        assert hidden.encode() not in written
        assert hidden.encode("utf-16-le") not in written
        assert base64.b64encode(hidden.encode())[:-4] not in written
    secrets = bytes_of(record for record in records if record.topic == SECRETS.topic(one.owner))
    for field in fields:
        assert f'"{field}"'.encode() not in secrets


async def test_every_message_of_a_private_stream_says_the_same_of_itself(network):
    one = await network.node("one")
    one.start_relay()
    subject = await one.publish(SECRETS, SecretView(who=NAME, size=SIZE))
    await one.drained()
    await one.publish(SECRETS, Ended(ended=End(reason="gone")), subject)
    await one.drained()

    records = await read_all(one.settings.kafka, SECRETS.topic(one.owner))
    headers = [dict(record.headers) for record in records]
    assert len(records) == 2
    for record, said in zip(records, headers, strict=True):
        assert said["ce_type"] == b"intercoop.sealed"
        assert said["content-type"] == b"application/vnd.intercoop.sealed"
        assert record.key == said["ce_subject"] == subject.encode()
        assert record.value[:1] == b"\x01"
    telling = {name for name in headers[0] if headers[0][name] != headers[1].get(name)}
    assert telling == {"ce_id", "ce_time", "ce_sequence"}


class LaterView(SecretView):
    """The same secret as a later version of the software knows it."""

    diagnosis: str = ""


async def test_a_field_that_the_relay_does_not_know_is_sealed_with_the_others(network):
    """During an upgrade a new command writes it and an older relay sends it."""
    one = await network.node("one")
    await one.publish(SECRETS, LaterView(who=NAME, diagnosis="hypochondria"))
    one.start_relay()
    await one.drained()

    assert b"hypochondria" in await one.value("SELECT convert_to(value, 'UTF8') FROM published")
    assert b"hypochondria" not in bytes_of(await everything_written(one))


async def test_the_largest_view_that_is_committed_is_sent_sealed_and_read(network):
    one = await network.node("one")
    one.start_relay()
    one.start_worker()
    empty = len(SecretView(who="", size=1).model_dump_json())
    fits = SecretView(who="x" * (MAX_VALUE_BYTES - empty), size=1)
    assert len(fits.model_dump_json()) == MAX_VALUE_BYTES

    subject = await one.publish(SECRETS, fits)
    with pytest.raises(PayloadTooLargeError):
        await one.publish(SECRETS, fits.model_copy(update={"size": 12}))

    await one.knows(subject)
    await one.drained()
    assert await one.value("SELECT count(*) FROM parked") == 0


@pytest.mark.parametrize("view", [SecretView(who=NAME), Ended(ended=End(reason="gone"))])
async def test_without_a_key_nothing_of_a_private_stream_is_sent(network, view):
    one = await network.node("one")
    one.keyring = None
    one.start_relay()
    await one.publish(SECRETS, view)

    async def says():
        return one.health.problems.get("things.relay")

    said = await until(says, what="a relay that says what it lacks")
    assert "INTERCOOP_SEALING_KEYS_FILE" in said
    assert await read_all(one.settings.kafka, SECRETS.topic(one.owner)) == []


async def test_what_a_failed_reaction_says_stays_out_of_the_log(network, capsys):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="clumsy", behave="clumsy"))
    await maker.drained()
    follower.start_worker()
    said = await until(lambda: follower.value("SELECT error_text FROM parked"), what="an error")
    assert "no number" in said
    assert "no number" not in await follower.value("SELECT reason FROM parked")
    lines = ""

    async def logged():
        nonlocal lines
        said = capsys.readouterr()
        lines += said.out + said.err
        return "change_parked" in lines

    await until(logged, what="the line in the log")
    assert "no number" not in lines
