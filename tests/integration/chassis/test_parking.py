"""A change that cannot be applied waits; all others go on, and it heals."""

import pytest

from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.nodes import until
from testkit.things.streams import PARTS, SECRETS, THINGS, SecretView, ThingView
from testkit.topics import envelope, write

RETRY_NOW = "UPDATE parked SET next_try_at = now()"


async def pair(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="opens the topic"))
    await maker.drained()
    follower.start_worker()
    await until(lambda: follower.value("SELECT count(*) FROM told"), what="the first change")
    return maker, follower


async def parked(node, subject):
    """Why it waits: the kind, and the reason without what an error says."""

    async def why():
        return await node.fetch("SELECT kind, reason FROM parked WHERE subject = $1", subject)

    [row] = await until(why, what="a parked change")
    return ObstacleKind(row["kind"]), row["reason"]


POISON = {
    "null value": None,
    "empty value": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "wrong schema": b'{"name": 5}',
    "a list": b"[]",
    "broken end": b'{"ended": 3}',
    "large and wrong": b'{"name": ' + b"9" * 900_000 + b"}",
}


@pytest.mark.parametrize("value", POISON.values(), ids=POISON.keys())
async def test_poison_parks_its_subject_while_others_move_and_heals_with_the_next_good_version(
    network, value
):
    maker, follower = await pair(network)
    source = f"/{network.name}/{maker.owner}/things"
    topic = THINGS.topic(maker.owner)
    good = ThingView(name="good").model_dump_json().encode()
    await write(
        follower.settings.kafka,
        topic,
        [
            ("bad", good, envelope("bad", 1, source=source).headers()),
            ("bad", value, envelope("bad", 2, source=source).headers()),
            ("fine", good, envelope("fine", 1, source=source).headers()),
        ],
    )
    await parked(follower, "bad")
    await follower.knows("fine")

    await write(
        follower.settings.kafka, topic, [("bad", good, envelope("bad", 3, source=source).headers())]
    )
    await follower.knows("bad", 3)
    assert await follower.value("SELECT count(*) FROM parked") == 0
    assert (await follower.told("bad"))[-1]["is_news"]


async def test_a_reaction_that_fails_parks_only_its_own_change_and_heals_by_retry(network):
    maker, follower = await pair(network)
    await follower.execute("INSERT INTO mood VALUES ('moody', 'bad')")
    bad = await maker.publish(THINGS, ThingView(name="bad", behave="moody"))
    others = [await maker.publish(THINGS, ThingView(name="well")) for _ in range(30)]
    for subject in others:
        await follower.knows(subject)
    assert await parked(follower, bad) == (ObstacleKind.SUBSCRIBER_FAILED, "MoodError")
    assert await follower.told(bad) == []

    await follower.execute("UPDATE mood SET value = 'well'")
    await follower.execute(RETRY_NOW)
    await follower.knows(bad)
    told = await follower.told(bad)
    assert [(one["version"], one["is_news"]) for one in told] == [(1, True)]
    assert await follower.value("SELECT name FROM known_things WHERE subject = $1", bad) == "bad"


async def test_a_mistake_in_a_query_parks_its_change_and_holds_up_nobody(network):
    maker, follower = await pair(network)
    clumsy = await maker.publish(THINGS, ThingView(name="clumsy", behave="clumsy"))
    well = await maker.publish(THINGS, ThingView(name="well"))
    await follower.knows(well)
    assert await parked(follower, clumsy) == (ObstacleKind.SUBSCRIBER_FAILED, "DataError")


async def test_a_retry_that_fails_again_is_postponed_with_its_reason(network):
    maker, follower = await pair(network)
    bad = await maker.publish(THINGS, ThingView(name="bad", behave="moody"))
    await parked(follower, bad)
    await follower.execute(RETRY_NOW)

    async def tried_twice():
        return await follower.value("SELECT attempts > 1 AND next_try_at > now() FROM parked")

    await until(tried_twice, what="a second attempt")
    assert await follower.told(bad) == []


async def test_a_change_that_is_too_early_is_completed_when_what_it_needs_arrives(network):
    maker, follower = await pair(network)
    part = "5f0c5a6e-0000-7000-8000-000000000001"
    early = await maker.publish(THINGS, ThingView(name="early", needs=part))
    kind, _ = await parked(follower, early)
    assert kind is ObstacleKind.NOT_YET

    await maker.publish(PARTS, ThingView(name="the part"), part)
    await follower.knows(early)
    told = await follower.told(early)
    assert [(one["version"], one["is_news"]) for one in told] == [(1, True)]


async def test_an_older_or_equal_version_does_not_disturb_a_parked_change(network):
    maker, follower = await pair(network)
    source = f"/{network.name}/{maker.owner}/things"
    good = ThingView(name="good").model_dump_json().encode()
    topic, kafka = THINGS.topic(maker.owner), follower.settings.kafka
    await write(kafka, topic, [("s", b"{", envelope("s", 5, source=source).headers())])
    await parked(follower, "s")
    await write(
        kafka,
        topic,
        [
            ("s", good, envelope("s", 4, source=source).headers()),
            ("s", good, envelope("s", 5, source=source).headers()),
            ("last", good, envelope("last", 1, source=source).headers()),
        ],
    )
    await follower.knows("last")
    assert await follower.version_of("s") == 0
    assert await follower.value("SELECT version FROM parked WHERE subject = 's'") == 5


async def test_a_secret_that_cannot_be_opened_waits_and_says_so(network, tmp_path):
    one = await network.node("one")
    one.start_relay()
    subject = await one.publish(SECRETS, SecretView(who="Ada"))
    await one.drained()
    (tmp_path / "one.keys").rename(tmp_path / "lost.keys")
    locked_out = await network.node("one", database=one.settings.database.get_secret_value())
    locked_out.start_worker()
    kind, _ = await parked(locked_out, subject)
    assert kind is ObstacleKind.MISSING_KEY
    await locked_out.stop()

    one.start_worker()
    await one.execute(RETRY_NOW)
    told = await until(lambda: one.told(subject), what="the opened secret")
    assert told[0]["name_after"] == "Ada"
