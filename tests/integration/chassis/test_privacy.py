"""Whoever can read the cluster's bytes reads no personal data."""

import base64

from testkit.nodes import until
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import read_all, topics_of

NAME = "Zéphyrine Quintessence"


async def test_nothing_personal_is_readable_in_any_topic(network):
    one = await network.node("one")
    one.start_relay()
    one.start_worker()
    subject = await one.publish(SECRETS, SecretView(who=NAME, size=1))
    await one.publish(THINGS, ThingView(name="public"))
    told = await until(lambda: one.told(subject), what="the secret within its instance")
    assert told[0]["name_after"] == NAME

    topics = await topics_of(one.settings.kafka, one.owner)
    assert len(topics) == 3
    records = await read_all(one.settings.kafka, *topics)
    written = b"".join(
        b"".join([one.key or b"", one.value or b"", *(value for _, value in one.headers)])
        for one in records
    )
    assert b"public" in written
    for hidden in (NAME, "Quintessence"):
        assert hidden.encode() not in written
        assert hidden.encode("utf-16-le") not in written
        assert base64.b64encode(hidden.encode())[:-4] not in written


async def test_the_same_secret_looks_different_each_time(network):
    one = await network.node("one")
    one.start_relay()
    subject = await one.publish(SECRETS, SecretView(who=NAME, size=1))
    await one.drained()
    await one.publish(SECRETS, SecretView(who=NAME, size=2), subject)
    await one.drained()
    first, second = await read_all(one.settings.kafka, SECRETS.topic(one.owner))
    assert first.value.split(b'"size"')[0] != second.value.split(b'"size"')[0]


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
