"""Republish, replay, resync: everything once more, and nobody is told twice."""

from intercoop_chassis.consumer import offsets
from intercoop_chassis.relay.republishing import republish
from intercoop_chassis.replay import replay
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all


async def test_news_is_told_once_across_republish_replay_and_resync(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    history = await maker.publish(THINGS, ThingView(name="before anybody followed"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(history)
    news = await maker.publish(THINGS, ThingView(name="news"))
    await follower.knows(news)

    assert await maker.db.command(republish) == 2
    await maker.drained()
    await follower.db.command(offsets.resync)
    assert await replay(follower.db, follower.service.subscribers, THINGS.id) == 2
    late = await maker.publish(THINGS, ThingView(name="late"))
    await follower.knows(late)

    assert len(await read_all(maker.settings.kafka, THINGS.topic(maker.owner))) == 5
    for subject, is_news in ((history, False), (news, True), (late, True)):
        told = await follower.told(subject)
        assert [(one["version"], one["is_news"]) for one in told] == [(1, is_news)]


async def test_a_republished_copy_keeps_its_version_time_and_id(network):
    maker = await network.node("maker")
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="one"))
    await maker.drained()
    await maker.db.command(republish)
    await maker.drained()
    first, second = await read_all(maker.settings.kafka, THINGS.topic(maker.owner))
    assert first.headers == second.headers
    assert (first.key, first.value) == (second.key, second.value)


async def test_a_projection_is_rebuilt_from_the_replica_without_the_broker(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    subjects = [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(50)]
    await maker.drained()
    follower.start_worker()
    await follower.knows(subjects[-1])
    await until(lambda: _count(follower, 50), what="fifty projected things")
    await follower.stop()
    await follower.execute("DELETE FROM known_things")

    assert await replay(follower.db, follower.service.subscribers, THINGS.id) == 50
    assert await _count(follower, 50)


async def test_a_resync_reads_what_was_lost_while_the_worker_runs(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    subject = await maker.publish(THINGS, ThingView(name="one"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(subject)
    await follower.execute("DELETE FROM replica")
    await follower.db.command(offsets.resync)
    await follower.knows(subject)


async def _count(node, expected):
    return await node.value("SELECT count(*) FROM known_things") == expected
