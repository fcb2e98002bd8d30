"""A process dies at each step of a change's way: nothing is lost, nothing has its effect twice."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from intercoop_chassis import jobs
from intercoop_chassis.failpoints import Step
from testkit import crashing_process
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

THINGS_MADE = 20
CHUNK = 200

COPIES = {
    Step.RELAY_ELECTED: {THINGS_MADE},
    Step.RELAY_CLAIMED: {THINGS_MADE},
    Step.RELAY_SENT: {THINGS_MADE, 2 * THINGS_MADE},  # whether they have left is not known
    Step.RELAY_CONFIRMED: {2 * THINGS_MADE},
    Step.RELAY_COMMITTED: {THINGS_MADE},
}
"""How many records a committed reader finds in the end, by where the first relay died."""

TOLD = {
    Step.WORKER_POLLED: 0,
    Step.WORKER_ADVANCED: 0,
    Step.WORKER_AFFECTED: 0,
    Step.WORKER_OFFSETS_WRITTEN: CHUNK,
    Step.WORKER_COMMITTED: CHUNK,
    Step.WORKER_APPLIED: CHUNK + THINGS_MADE,
}
"""How many effects are there when a worker dies in a poll of two chunks."""

ELSEWHERE = {
    Step.PUBLISH_WRITTEN,
    Step.PUBLISH_COMMITTED,
    Step.RELAY_REPUBLISHING,
    Step.WORKER_PARKED,
    Step.RETRY_APPLIED,
    Step.TIMER_FIRED,
    Step.OUTGOING_CLAIMED,
    Step.OUTGOING_DELIVERED,
}


async def dies(role, node, *arguments, at):
    """Run a role until it has killed itself at a step."""
    process = crashing_process.start(role, node.settings, *arguments, dies_at=at)
    assert await asyncio.to_thread(process.wait, 120) == -signal.SIGKILL


async def things(node, count=THINGS_MADE):
    return [await node.publish(THINGS, ThingView(name=f"{one}")) for one in range(count)]


async def told_once(node, subjects):
    for subject in subjects:
        await node.knows(subject)
    found = await node.fetch("SELECT subject, count(*) AS times FROM told GROUP BY subject")
    assert {row["subject"]: row["times"] for row in found} == dict.fromkeys(subjects, 1)


def test_every_step_is_died_at_here():
    assert COPIES.keys() | TOLD.keys() | ELSEWHERE == set(Step)


@pytest.mark.parametrize("step", [Step.PUBLISH_WRITTEN, Step.PUBLISH_COMMITTED])
async def test_a_command_killed_around_its_commit_is_done_whole_or_not_at_all(network, step):
    maker, follower = await network.node("maker"), await network.node("follower")
    subject = str(uuid4())
    await dies("publisher", maker, subject, at=step)
    committed = step is Step.PUBLISH_COMMITTED
    assert await maker.version_of(subject) == int(committed)
    assert await maker.value("SELECT count(*) FROM outbox") == int(committed)

    again = crashing_process.start("publisher", maker.settings, subject)
    assert await asyncio.to_thread(again.wait, 120) == 0
    maker.start_relay()
    follower.start_worker()
    await told_once(follower, [subject])
    assert await follower.version_of(subject) == 1


@pytest.mark.parametrize("step", COPIES)
async def test_a_relay_killed_in_a_round_loses_nothing_and_doubles_nothing(network, step):
    maker, follower = await network.node("maker"), await network.node("follower")
    subjects = await things(maker)
    await dies("relay", maker, at=step)
    waiting = await maker.value("SELECT count(*) FROM outbox")
    assert waiting == (0 if step is Step.RELAY_COMMITTED else THINGS_MADE)

    follower.start_worker()
    maker.start_relay()
    await maker.drained()
    await told_once(follower, subjects)
    records = await read_all(maker.settings.kafka, THINGS.topic(maker.owner))
    assert len(records) in COPIES[step]


async def test_a_relay_killed_while_it_republishes_to_a_new_cluster_does_it_again(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    subjects = await things(maker)
    await maker.drained()
    await told_once(follower, subjects)
    await maker.stop()
    await maker.execute(
        "UPDATE pipeline_state SET value = 'another' WHERE name = 'confirmed_cluster'"
    )
    await dies("relay", maker, at=Step.RELAY_REPUBLISHING)
    assert await maker.value("SELECT count(*) FROM outbox") == 0

    maker.start_relay()

    async def written_again():
        records = await read_all(maker.settings.kafka, THINGS.topic(maker.owner))
        return len(records) == 2 * THINGS_MADE

    await until(written_again, what="every state for the second time")
    late = await maker.publish(THINGS, ThingView(name="late"))
    await told_once(follower, [*subjects, late])


@pytest.mark.parametrize("step", TOLD)
async def test_a_worker_killed_in_a_poll_is_called_again_without_second_effect(network, step):
    maker, follower = await network.node("maker"), await network.node("follower")
    subjects = await things(maker, CHUNK + THINGS_MADE)
    maker.start_relay()
    await maker.drained()
    await dies("worker", follower, at=step)
    assert await follower.value("SELECT count(*) FROM told") == TOLD[step]

    follower.start_worker()
    late = await maker.publish(THINGS, ThingView(name="late"))
    await told_once(follower, [*subjects, late])


@pytest.mark.parametrize("step", [Step.WORKER_PARKED, Step.RETRY_APPLIED])
async def test_a_worker_killed_while_it_parks_or_heals_does_it_again_once(network, step):
    maker, follower = await network.node("maker"), await network.node("follower")
    subjects = await things(maker)
    bad = await maker.publish(THINGS, ThingView(name="bad", behave="badly"))
    maker.start_relay()
    await maker.drained()
    if step is Step.RETRY_APPLIED:
        follower.start_worker()
        await until(lambda: parked(follower), what="a parked change")
        await follower.stop()
        await becomes_well(follower)
    await dies("worker", follower, at=step)
    assert await follower.value("SELECT count(*) FROM parked") == int(step is Step.RETRY_APPLIED)

    follower.start_worker()
    if step is Step.WORKER_PARKED:
        await until(lambda: parked(follower), what="a parked change")
        await becomes_well(follower)
    await told_once(follower, [*subjects, bad])
    assert not await parked(follower)


async def test_a_timer_whose_process_is_killed_fires_again_and_has_its_effect_once(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    subject = str(uuid4())
    async with maker.db.transaction() as tx:
        await jobs.schedule(tx, subject, "make", datetime.now(UTC))
    await dies("timers", maker, at=Step.TIMER_FIRED)
    assert await maker.version_of(subject) == 0

    firing = crashing_process.start("timers", maker.settings)
    maker.start_relay()
    follower.start_worker()
    await told_once(follower, [subject])
    assert await follower.version_of(subject) == 1
    firing.kill()
    await asyncio.to_thread(firing.wait, 120)


@pytest.mark.parametrize("step", [Step.OUTGOING_CLAIMED, Step.OUTGOING_DELIVERED])
async def test_what_leaves_is_delivered_though_its_process_is_killed(network, tmp_path, step):
    maker = await network.node("maker")
    file = tmp_path / "delivered"
    deadline = datetime.now(UTC) + timedelta(hours=1)
    async with maker.db.transaction() as tx:
        await jobs.enqueue(tx, "one", "line", {"file": str(file)}, deadline)
    await dies("outgoing", maker, at=step)
    assert file.exists() == (step is Step.OUTGOING_DELIVERED)

    delivering = crashing_process.start("outgoing", maker.settings)

    async def done():
        return await maker.value("SELECT state = 'done' FROM jobs WHERE key = 'one'")

    await until(done, what="a delivery that is noted")
    times = 2 if step is Step.OUTGOING_DELIVERED else 1
    assert file.read_text().splitlines() == ["one"] * times, "the same key: the reader can tell"
    delivering.kill()
    await asyncio.to_thread(delivering.wait, 120)


async def parked(node):
    return await node.value("SELECT count(*) FROM parked")


async def becomes_well(node):
    """What hindered the reaction is mended, and the operator asks for a retry."""
    await node.execute("INSERT INTO mood (name, value) VALUES ('badly', 'well')")
    await node.execute("UPDATE parked SET next_try_at = now()")
