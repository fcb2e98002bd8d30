"""Our own services on a locked broker: what works, and what they say of what they may not."""

import asyncio

import pytest

from intercoop_network.wanted import Right
from testkit.nodes import until
from testkit.things.streams import PARTS, SECRETS, THINGS, SecretView, ThingView

async def said(node, role, *words, within_s=30):
    """Wait until the node is unwell and says these words; returns what it says."""

    async def says():
        problem = node.health.problems.get(f"things.{role}", "")
        return problem if all(word in problem for word in words) else ""

    return await until(says, within_s=within_s, what=f"{role} unwell with {words}")


async def test_probe_wrong_password(locked):
    await locked.apply("ouest", "est")
    node = await locked.node("ouest", password="a-wrong-password")
    node.start_relay()
    node.start_worker()
    for _ in range(10):
        await asyncio.sleep(1)
        print(node.health.problems)

async def test_probe_topic(locked):
    await locked.apply("ouest", "est")
    maker, follower = await locked.node("ouest"), await locked.node("est")
    maker.start_relay()
    s=await maker.publish(THINGS, ThingView(name="a"))
    await maker.drained()
    follower.start_worker()
    await follower.knows(s)
    from intercoop_network.cluster import Cluster
    t=THINGS.topic(locked.owner("ouest"))
    deny=Right(f"User:{locked.owner('est')}","topic",t,"read",prefixed=False,denied=True)
    with Cluster(locked.connection) as c: c.add_rights([deny])
    print("DENIED")
    s=await maker.publish(THINGS, ThingView(name="b"))
    for _ in range(12):
        await asyncio.sleep(1)
        print(follower.health.problems)
    with Cluster(locked.connection) as c: c.remove_rights([deny])
    await follower.knows(s)
    print("KNOWN")

async def test_probe_group(locked):
    await locked.apply("ouest", "est")
    maker, follower = await locked.node("ouest"), await locked.node("est")
    maker.start_relay()
    follower.start_worker()
    s=await maker.publish(THINGS, ThingView(name="a"))
    await follower.knows(s)
    from intercoop_network.cluster import Cluster
    deny=Right(f"User:{locked.owner('est')}","group",f"{locked.owner('est')}.things","read",prefixed=False,denied=True)
    with Cluster(locked.connection) as c: c.add_rights([deny])
    print("DENIED")
    s=await maker.publish(THINGS, ThingView(name="b"))
    for _ in range(12):
        await asyncio.sleep(1)
        print(follower.health.problems, await follower.version_of(s))
    with Cluster(locked.connection) as c: c.remove_rights([deny])
    await follower.knows(s)
    print("KNOWN")

async def test_probe_write(locked):
    await locked.apply("ouest", "est")
    maker, follower = await locked.node("ouest"), await locked.node("est")
    maker.start_relay()
    follower.start_worker()
    from intercoop_network.cluster import Cluster
    deny=Right(f"User:{locked.owner('ouest')}","topic",PARTS.topic(locked.owner("ouest")),"write",prefixed=False,denied=True)
    with Cluster(locked.connection) as c: c.add_rights([deny])
    print("DENIED")
    s=await maker.publish(PARTS, ThingView(name="b"))
    s2=await maker.publish(THINGS, ThingView(name="b"))
    for _ in range(6):
        await asyncio.sleep(1)
        print(maker.health.problems, await follower.version_of(s2), await maker.fetch("select * from outbox"))
    with Cluster(locked.connection) as c: c.remove_rights([deny])
    print("GIVEN")
    for _ in range(6):
        await asyncio.sleep(1)
        print(maker.health.problems, await follower.version_of(s), await maker.fetch("select * from outbox"))

async def test_probe_txn(locked):
    await locked.apply("ouest", "est")
    maker= await locked.node("ouest")
    from intercoop_network.cluster import Cluster
    deny=Right(f"User:{locked.owner('ouest')}","transactional id",f"{locked.owner('ouest')}.things.relay","write",prefixed=False,denied=True)
    with Cluster(locked.connection) as c: c.add_rights([deny])
    maker.start_relay()
    for _ in range(4):
        await asyncio.sleep(1)
        print(maker.health.problems)
