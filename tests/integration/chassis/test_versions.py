"""Versions decide: the newest wins, none goes back, none has its effect twice."""

from itertools import accumulate, groupby

from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import envelope, read_all, write


def source_of(maker):
    return f"/{maker.settings.network}/{maker.owner}/things"


def record(maker, subject, version, view=None, **changes):
    source = changes.pop("source", source_of(maker))
    headers = envelope(subject, version, source=source).headers()
    view = view or ThingView(name=f"v{version}")
    return (subject, view.model_dump_json().encode(), headers)


async def followed_topic(network):
    """A topic of an owner whose records the test writes itself, and a running follower of it."""
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    subject = await maker.publish(THINGS, ThingView(name="opens the topic"))
    await maker.drained()
    await maker.stop()
    follower.start_worker()
    await follower.knows(subject)
    return maker, follower, THINGS.topic(maker.owner)


async def test_the_newest_version_wins_whatever_order_they_come_in(network, chance):
    maker, follower, topic = await followed_topic(network)
    versions = list(range(1, 21))
    chance.shuffle(versions)
    for version in versions:  # each is known, or known to be older, before the next one comes
        records = [record(maker, "s", version), record(maker, f"after {version}", 1)]
        await write(follower.settings.kafka, topic, records)
        await follower.knows(f"after {version}")
    newest = accumulate(versions, max)
    told = [row["version"] for row in await follower.told("s")]
    assert told == [version for version, _ in groupby(newest)]
    again = [record(maker, "s", version) for version in versions]
    await write(follower.settings.kafka, topic, [*again, record(maker, "last", 1)])
    await follower.knows("last")
    assert [row["version"] for row in await follower.told("s")] == told
    assert await follower.value("SELECT name FROM known_things WHERE subject = 's'") == "v20"


async def test_duplicates_and_a_replay_of_the_whole_topic_have_no_second_effect(network):
    maker, follower, topic = await followed_topic(network)
    five_times = [record(maker, "s", 1)] * 5 + [record(maker, "s", 2)] * 5
    await write(follower.settings.kafka, topic, five_times)
    await follower.knows("s", 2)
    told = await follower.told("s")
    assert len(told) <= 2

    await follower.stop()
    await follower.execute("DELETE FROM offsets")
    follower.start_worker()
    await write(follower.settings.kafka, topic, [record(maker, "last", 1)])
    await follower.knows("last")
    assert await follower.told("s") == told


async def test_a_forged_source_is_refused_and_changes_nothing(network):
    maker, follower, topic = await followed_topic(network)
    forged = [
        record(maker, "a", 1, source=f"/{network.name}/somebody-else/things"),
        record(maker, "b", 1, source=f"/another-network/{maker.owner}/things"),
        record(maker, "c", 1, source=f"/{network.name}/{maker.owner}/events"),
    ]
    await write(follower.settings.kafka, topic, [*forged, record(maker, "good", 1)])
    await follower.knows("good")
    for subject in ("a", "b", "c"):
        assert await follower.version_of(subject) == 0
        assert await follower.told(subject) == []


async def test_a_record_that_asks_for_an_answer_gets_none(network):
    maker, follower, topic = await followed_topic(network)
    subject, value, headers = record(maker, "s", 1)
    answers = THINGS.topic(follower.owner)
    await write(
        follower.settings.kafka,
        topic,
        [(subject, value, [*headers, ("reply_to", answers.encode())])],
    )
    await follower.knows("s")
    assert await read_all(follower.settings.kafka, answers) == []


async def test_an_implausible_version_is_refused_and_does_not_block_its_subject(network):
    maker, follower, topic = await followed_topic(network)
    await write(
        follower.settings.kafka,
        topic,
        [record(maker, "s", 1), record(maker, "s", 9_000_000_000)],
    )
    await follower.knows("s", 1)
    await write(follower.settings.kafka, topic, [record(maker, "s", 2)])
    await follower.knows("s", 2)
    assert await follower.version_of("s") == 2


async def test_records_without_a_readable_envelope_are_refused_and_the_rest_goes_on(network):
    maker, follower, topic = await followed_topic(network)
    _, value, headers = record(maker, "s", 1)
    broken = [
        ("s", value, [("ce_id", None)]),
        ("s", value, [("ce_id", b"\xff\xfe")]),
        ("s", value, [one for one in headers if one[0] != "ce_sequence"]),
        (
            "s",
            value,
            [*(one for one in headers if one[0] != "ce_sequence"), ("ce_sequence", b"-3")],
        ),
        ("other-key", value, headers),
        ("s", value, []),
        ("s\0s", value, envelope("s\0s", 1, source=source_of(maker)).headers()),
        (
            "x" * 3000,
            value,
            envelope("x" * 3000, 1, source=source_of(maker)).headers(),
        ),
        ("s", value, [*headers, ("ce_time", b"0001-01-01T00:00:00+14:00")]),
    ]
    await write(follower.settings.kafka, topic, [*broken, record(maker, "good", 1)])
    await follower.knows("good")
    assert await follower.version_of("s") == 0


async def test_an_unknown_binary_header_does_not_hinder_a_good_record(network):
    maker, follower, topic = await followed_topic(network)
    subject, value, headers = record(maker, "s", 1)
    odd = [*headers, ("x-binary", b"\xff\x00\xfe"), ("x-null", None)]
    await write(follower.settings.kafka, topic, [(subject, value, odd)])
    await follower.knows("s")


async def test_two_workers_of_one_service_share_the_work_and_neither_does_it_twice(network):
    maker = await network.node("maker", partitions=4)
    follower = await network.node("follower")
    second = await network.node("follower", database=follower.settings.database.get_secret_value())
    maker.start_relay()
    subject = await maker.publish(THINGS, ThingView(name="opens the topic"))
    follower.start_worker()
    await follower.knows(subject)
    second.start_worker()
    subjects = []

    async def both_work():
        subjects.extend([await maker.publish(THINGS, ThingView(name="one")) for _ in range(20)])
        return len(await follower.fetch("SELECT DISTINCT worker FROM told")) > 1

    await until(both_work, what="work of both workers")
    for subject in subjects:
        await follower.knows(subject)
    told = await follower.fetch("SELECT subject FROM told WHERE subject = ANY ($1)", subjects)
    assert sorted(one["subject"] for one in told) == sorted(subjects)
