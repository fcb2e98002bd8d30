"""Leaders die, freeze and are fenced: another one goes on, and nothing is lost or doubled."""

import asyncio
import signal

from prometheus_client import REGISTRY

from testkit import crashing_process
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

RELAYS = """
SELECT pid, EXISTS (
    SELECT FROM pg_locks WHERE pg_locks.pid = activity.pid AND locktype = 'advisory' AND granted
) AS leads
FROM pg_stat_activity AS activity
WHERE datname = current_database() AND application_name = 'things.relay'
"""
"""The sessions of relays, by PostgreSQL's process."""


async def ended(process):
    return await asyncio.to_thread(process.wait, 120)


async def test_a_standby_relay_takes_over_when_the_leader_is_killed(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    leader = crashing_process.start("relay", maker.settings)
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by the leader")))
    [leading] = await maker.fetch(RELAYS)
    standby = crashing_process.start("relay", maker.settings)

    async def both():
        relays = await maker.fetch(RELAYS)
        return relays if len(relays) == 2 else None

    relays = await until(both, what="a relay that stands by")
    assert [relay for relay in relays if relay["leads"]] == [leading]
    [standing_by] = [relay["pid"] for relay in relays if not relay["leads"]]

    leader.kill()
    await follower.knows(await maker.publish(THINGS, ThingView(name="by the standby")))
    assert await maker.fetch(RELAYS) == [{"pid": standing_by, "leads": True}]
    standby.kill()
    await ended(leader)
    await ended(standby)


async def test_a_frozen_relay_is_replaced_and_fenced_when_it_wakes(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    follower.start_worker()
    zombie = crashing_process.start("relay", maker.settings)
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
    fenced_before = _sessions_ended("fenced")
    await network.fence(maker, THINGS.topic(maker.owner))

    await maker.publish(THINGS, ThingView(name="v2"), subject)
    await follower.knows(subject, 2)

    assert _sessions_ended("fenced") == fenced_before + 1
    await until(lambda: _is_well(maker), what="a relay that recovered")


def _sessions_ended(kind):
    labels = {"service": "things", "end": kind}
    return REGISTRY.get_sample_value("intercoop_relay_sessions_total", labels) or 0


async def _is_well(node):
    return not node.health.problems
