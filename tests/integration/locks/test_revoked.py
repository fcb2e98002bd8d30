"""An owner that is shut out reads and writes nothing from then on, on what lives and on what is new."""

import asyncio

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from intercoop_network.errors import NetworkError
from intercoop_network.steps import AddRight, RemoveRight, SetPassword
from testkit.nodes import until
from testkit.things.streams import SECRETS, THINGS, ThingView

REFUSED = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)


async def refused(attempt):
    """Wait until the attempt is refused for want of a right."""

    async def tried():
        try:
            await attempt()
        except REFUSED:
            return True
        return False

    await until(tried, what="a refusal")


async def written(locked, topic):
    """What a committed reader finds in the topic, as the operator."""
    reader = await locked.reader(None, topic, isolation_level="read_committed")
    found = await reader.getmany(timeout_ms=5_000)
    return [record.value for batch in found.values() for record in batch]


async def test_connections_that_live_read_and_write_nothing_more(locked):
    await locked.apply("ouest", "est")
    things, secrets = (one.topic(locked.owner("ouest")) for one in (THINGS, SECRETS))
    writer = await locked.producer("ouest", request_timeout_ms=5_000)
    for topic in (things, secrets):
        await writer.send_and_wait(topic, b"before", key=b"a")
    relay = await locked.producer("ouest", transactional_id=f"{locked.owner('ouest')}.things.relay")
    await relay.begin_transaction()
    await relay.send_and_wait(things, b"in the middle", key=b"a")
    reader = await locked.reader("ouest", THINGS.topic(locked.owner("est")))
    other = await locked.producer("est")
    await other.send_and_wait(THINGS.topic(locked.owner("est")), b"before", key=b"a")
    assert (await reader.getone()).value == b"before"

    await locked.apply(revoke={"ouest"})

    for topic in (things, secrets):
        with pytest.raises(KafkaError):
            await writer.send_and_wait(topic, b"after", key=b"a")
        assert await written(locked, topic) == [b"before"]
    with pytest.raises(KafkaError):
        await relay.commit_transaction()
    await refused(lambda: reader.getmany(timeout_ms=500))
    for number in range(3):
        secret = b"not for ouest %d" % number
        await other.send_and_wait(THINGS.topic(locked.owner("est")), secret, key=b"a")
        with pytest.raises(TopicAuthorizationFailedError):
            await reader.getmany(timeout_ms=2_000)


async def test_nobody_connects_with_what_was_revoked(locked):
    await locked.apply("ouest", "est")
    password = locked.passwords.find(locked.owner("ouest"))
    await locked.apply(revoke={"ouest"})
    with pytest.raises(KafkaError):
        await locked.producer("ouest")
    with pytest.raises(NetworkError, match="does not let"):
        from intercoop_network.knocking import knock

        knock(locked.connection.as_user(locked.owner("ouest"), password))


async def test_a_right_that_somebody_else_gave_does_not_let_a_revoked_owner_read(locked):
    from intercoop_network.cluster import Cluster
    from intercoop_network.wanted import Right

    await locked.apply("ouest", "est")
    things = THINGS.topic(locked.owner("est"))
    with Cluster(locked.connection) as cluster:
        cluster.add_rights([Right("User:*", "topic", things, "all", prefixed=False)])
    reader = await locked.reader("ouest", things)
    await locked.apply(revoke={"ouest"})
    await (await locked.producer("est")).send_and_wait(things, b"after", key=b"a")
    await refused(lambda: reader.getmany(timeout_ms=500))


async def test_its_running_services_say_so_and_lose_nothing(locked):
    await locked.apply("ouest", "est")
    node, follower = await locked.node("ouest"), await locked.node("est")
    node.start_relay()
    node.start_worker()
    follower.start_worker()
    await follower.knows(await node.publish(THINGS, ThingView(name="before")))

    await locked.apply(revoke={"ouest"})
    waiting = await node.publish(THINGS, ThingView(name="waits"))
    await until(lambda: _unwell(node, "relay"), what="a relay that says so")
    await until(lambda: _unwell(node, "worker"), within_s=60, what="a worker that says so")
    assert await follower.version_of(waiting) == 0
    assert await node.value("SELECT count(*) FROM outbox") == 1

    await locked.apply(restore={"ouest"})
    await follower.knows(waiting, within_s=90)
    await until(lambda: _well(node), within_s=90, what="a node that is well again")


async def test_who_was_shut_out_is_let_in_again_only_by_name(locked):
    await locked.apply("ouest", "est")
    await locked.apply(revoke={"ouest"})
    again = await locked.apply()
    assert again.steps == ()
    assert any("--restore" in remark for remark in again.remarks)

    restored = await locked.apply(restore={"ouest"})
    assert {type(step) for step in restored.steps} == {SetPassword, AddRight, RemoveRight}
    producer = await locked.producer("ouest")
    await producer.send_and_wait(THINGS.topic(locked.owner("ouest")), b"back", key=b"a")


async def test_an_owner_that_the_file_revokes_is_shut_out_and_its_topics_stay(locked):
    await locked.apply("ouest", "est")
    things = THINGS.topic(locked.owner("ouest"))
    await (await locked.producer("ouest")).send_and_wait(things, b"before", key=b"a")
    locked.owners["ouest"] = {"revoked": True}
    await locked.apply()
    assert (await locked.apply()).steps == ()

    with pytest.raises(KafkaError):
        await locked.producer("ouest")
    reader = await locked.reader("est", things)
    assert (await asyncio.wait_for(reader.getone(), 40)).value == b"before"


async def _unwell(node, role):
    problem = node.health.problems.get(f"things.{role}", "")
    return "operator" in problem


async def _well(node):
    return not node.health.problems
