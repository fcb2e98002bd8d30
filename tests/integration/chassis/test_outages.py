"""The broker or the database is away: commands go on, or say why not; then all is as it was."""

import asyncio
import shutil
import subprocess

import pytest

from intercoop_chassis.relay import republishing
from intercoop_chassis.relay.tuning import RelayTuning
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView


async def pair(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    first = await maker.publish(THINGS, ThingView(name="first"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(first)
    return maker, follower, first


async def test_commands_go_on_while_the_broker_is_down_and_arrive_when_it_is_back(
    own_kafka, network
):
    maker, follower, subject = await pair(network)
    own_kafka.kill()
    for number in range(5):
        await maker.publish(THINGS, ThingView(name=f"v{number}"), subject)
    await until(lambda: _unwell(maker), what="a relay that says that the broker is away")
    await until(lambda: _unwell(follower), what="a worker that says that the broker is away")

    own_kafka.start()
    await follower.knows(subject, 6)
    assert await follower.value("SELECT name FROM known_things") == "v4"
    await until(lambda: _well(maker, follower), what="a network that is well again")


@pytest.mark.parametrize("traffic", [True, False], ids=["with traffic", "without traffic"])
async def test_a_broker_that_comes_back_empty_is_filled_again_and_nothing_is_told_twice(
    own_kafka, network, traffic, monkeypatch
):
    monkeypatch.setattr(republishing, "AT_ONCE", 1)
    maker, follower, subject = await pair(network)
    told = await follower.told(subject)
    assert [one["is_news"] for one in told] == [False]
    news = await maker.publish(THINGS, ThingView(name="news"))
    await follower.knows(news)

    own_kafka.kill()
    own_kafka.wipe()
    own_kafka.start()
    if traffic:
        await maker.publish(THINGS, ThingView(name="changed meanwhile"), news)
        await follower.knows(news, 2, within_s=60)

    newcomer = await network.node("other")
    newcomer.start_worker()
    await newcomer.knows(subject, within_s=60)
    await newcomer.knows(news, 2 if traffic else 1, within_s=60)
    late = await maker.publish(THINGS, ThingView(name="late"))
    await follower.knows(late, within_s=60)
    assert await follower.told(subject) == told
    assert [one["version"] for one in await follower.told(news)] == ([1, 2] if traffic else [1])


async def test_nothing_is_sent_to_an_empty_broker_by_who_takes_it_for_the_one_before(
    own_kafka, network
):
    """Its operator has made the topics again before the relay has looked who it is.

    The number that its producer had is given again there: to the one that is to shut it out, and
    whose epoch is older.
    """
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay(RelayTuning(cluster_look_s=10.0))
    follower.start_worker()
    subject = await maker.publish(THINGS, ThingView(name="before"))
    await follower.knows(subject)

    own_kafka.kill()
    own_kafka.wipe()
    own_kafka.start()
    await network.create_topic(THINGS.topic(maker.owner))
    await maker.publish(THINGS, ThingView(name="after"), subject)
    await follower.knows(subject, 2, within_s=60)
    await follower.knows(await maker.publish(THINGS, ThingView(name="later")), within_s=60)


async def test_a_worker_and_a_relay_outlive_their_database(platform, network):
    postgres = platform.new_postgres()
    postgres.start()
    service = (await network.node("one")).service
    maker = await network.node("maker", database=await platform.database(service, postgres))
    follower = await network.node("follower", database=await platform.database(service, postgres))
    maker.start_relay()
    subject = await maker.publish(THINGS, ThingView(name="v1"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(subject)

    postgres.stop("immediate")
    await until(lambda: _unwell(maker), what="a relay that says that its database is away")
    await until(lambda: _unwell(follower), what="a worker that says that its database is away")
    postgres.start()

    await maker.publish(THINGS, ThingView(name="v2"), subject)
    await follower.knows(subject, 2)
    assert [one["version"] for one in await follower.told(subject)] == [1, 2]
    await until(lambda: _well(maker, follower), what="a network that is well again")


async def test_a_followers_database_restored_from_a_backup_reads_on_from_there(
    platform, network, tmp_path
):
    postgres = platform.new_postgres()
    postgres.start()
    service = (await network.node("one")).service
    follower = await network.node("follower", database=await platform.database(service, postgres))
    maker = await network.node("maker")
    maker.start_relay()
    first = await maker.publish(THINGS, ThingView(name="v1"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(first)
    await follower.stop()
    await follower.db.close()
    postgres.stop()
    backup = postgres.home / "backup"
    await asyncio.to_thread(_copy, postgres.home / "data", backup)

    postgres.start()
    follower.start_worker()
    await maker.publish(THINGS, ThingView(name="v2"), first)
    second = await maker.publish(THINGS, ThingView(name="only after the backup"))
    await follower.knows(first, 2)
    await follower.knows(second)
    await follower.stop()
    await follower.db.close()
    postgres.stop()
    await asyncio.to_thread(shutil.rmtree, postgres.home / "data")
    await asyncio.to_thread(_copy, backup, postgres.home / "data")

    postgres.start()
    assert await follower.version_of(first) == 1
    follower.start_worker()
    await follower.knows(first, 2)
    await follower.knows(second)
    assert await follower.value("SELECT count(*) FROM known_things") == 2


def _copy(source, target):
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


async def _unwell(node):
    return bool(node.health.problems)


async def _well(*nodes):
    return not any(node.health.problems for node in nodes)
