"""A broker that takes its time: what is under way is waited for, and not begun anew."""

import asyncio
import os
import signal

from intercoop_chassis.relay.rounds import Rounds
from intercoop_chassis.relay.tuning import RelayTuning
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

STILL_S = 7.0
"""Longer than PostgreSQL waits for a relay that says nothing, shorter than a relay waits."""
MANY = 40
CARRIED = 5


async def test_a_broker_that_stands_still_is_given_each_change_once(own_kafka, network):
    maker = await network.node("maker")
    maker.start_relay()
    await maker.publish(THINGS, ThingView(name="before"))
    await maker.drained()
    pid = int((own_kafka.home / "pid").read_text().split()[0])

    os.kill(pid, signal.SIGSTOP)
    try:
        subject = await maker.publish(THINGS, ThingView(name="meanwhile"))
        await asyncio.sleep(STILL_S)
    finally:
        os.kill(pid, signal.SIGCONT)

    await maker.drained(within_s=60)
    records = await read_all(own_kafka.bootstrap, THINGS.topic(maker.owner))
    assert [one.key.decode() for one in records].count(subject) == 1


async def test_a_round_that_is_too_large_for_its_time_is_sent_in_smaller_ones(network, monkeypatch):
    """As over a line that carries little."""
    confirm, sizes = Rounds._confirm, []

    async def little(self, sending):
        size = sum(len(batch.subjects) for batch, _ in sending)
        sizes.append(size)
        if size > CARRIED:
            raise TimeoutError
        await confirm(self, sending)

    monkeypatch.setattr(Rounds, "_confirm", little)
    maker, follower = await network.node("maker"), await network.node("follower")
    subjects = [await maker.publish(THINGS, ThingView(name=f"{one}")) for one in range(MANY)]
    maker.start_relay(RelayTuning(round_limit=2 * MANY, back_off_s=0.05))
    follower.start_worker()

    await maker.drained(within_s=60)
    await follower.knows(subjects[-1])
    assert await follower.value("SELECT count(*) FROM known_things") == MANY
    assert sizes[0] == MANY
