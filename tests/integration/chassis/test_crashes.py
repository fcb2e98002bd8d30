"""Processes die at the worst moments: nothing is lost, nothing has its effect twice."""

import asyncio
import signal

import pytest

from testkit import crashing
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

DEATH = -signal.SIGKILL


async def ended(process):
    return await asyncio.to_thread(process.wait, 60)


@pytest.mark.parametrize("step", ["after-claim", "in-kafka-transaction", "between-commits"])
async def test_a_relay_killed_in_a_round_loses_nothing_and_doubles_nothing(network, step):
    maker, follower = await network.node("maker"), await network.node("follower")
    subjects = [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(20)]
    dying = crashing.start("relay", maker.settings, dies_at=step)
    assert await ended(dying) == DEATH
    assert await maker.value("SELECT count(*) FROM outbox") == 20

    follower.start_worker()
    maker.start_relay()
    await maker.drained()
    for subject in subjects:
        await follower.knows(subject)
        assert len(await follower.told(subject)) == 1
    copies = await read_all(maker.settings.kafka, THINGS.topic(maker.owner))
    assert len(copies) == (40 if step == "between-commits" else 20)


@pytest.mark.parametrize("step", ["before-commit", "after-commit"])
async def test_a_worker_killed_around_its_commit_is_called_again_without_second_effect(
    network, step
):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    subjects = [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(20)]
    await maker.drained()
    dying = crashing.start("worker", follower.settings, dies_at=step)
    assert await ended(dying) == DEATH
    told = await follower.value("SELECT count(*) FROM told")
    assert told == (0 if step == "before-commit" else 20)

    follower.start_worker()
    late = await maker.publish(THINGS, ThingView(name="late"))
    await follower.knows(late)
    for subject in subjects:
        await follower.knows(subject)
        assert len(await follower.told(subject)) == 1


async def test_a_standby_relay_takes_over_when_the_leader_is_killed(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    leader = crashing.start("relay", maker.settings)
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by the leader")))
    standby = crashing.start("relay", maker.settings)
    leader.kill()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by the standby")))
    standby.kill()
    await ended(leader)
    await ended(standby)


async def test_a_frozen_relay_is_replaced_and_fenced_when_it_wakes(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    follower.start_worker()
    zombie = crashing.start("relay", maker.settings)
    subject = await maker.publish(THINGS, ThingView(name="v1"))
    await follower.knows(subject)
    zombie.send_signal(signal.SIGSTOP)
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="v2"), subject)
    await follower.knows(subject, 2)

    zombie.send_signal(signal.SIGCONT)
    await maker.publish(THINGS, ThingView(name="v3"), subject)
    await follower.knows(subject, 3)
    await maker.drained()
    assert zombie.poll() is None
    records = await read_all(maker.settings.kafka, THINGS.topic(maker.owner))
    versions = [int(dict(one.headers)["ce_sequence"]) for one in records]
    assert versions == sorted(versions)
    assert versions[-1] == 3
    zombie.kill()
    await ended(zombie)
    assert [one["version"] for one in await follower.told(subject)] == [1, 2, 3]


async def test_a_second_relay_with_the_same_id_fences_the_first_and_it_recovers(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    follower.start_worker()
    maker.start_relay()
    subject = await maker.publish(THINGS, ThingView(name="v1"))
    await follower.knows(subject)
    intruder = await network.fencing_producer(f"{maker.owner}.things.relay")
    await maker.publish(THINGS, ThingView(name="v2"), subject)
    await follower.knows(subject, 2)
    await intruder.stop()
    await until(lambda: _well(maker), what="a relay that recovered")


async def _well(node):
    return not node.health.problems
