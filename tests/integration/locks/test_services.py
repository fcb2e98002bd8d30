"""Our own services on a locked broker: what they say of what they may not, and what goes on."""

import asyncio
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr

from intercoop_network.cluster import Cluster
from intercoop_network.wanted import Doing, Resource, Right
from testkit.nodes import until
from testkit.things.streams import PARTS, SECRETS, THINGS, SecretView, ThingView


async def says(node, role, *words, within_s=90):
    """Wait until this role is unwell and says all these words; returns what it says."""

    async def said():
        problem = node.health.problems.get(f"things.{role}", "")
        return problem if all(word in problem for word in words) else ""

    return await until(said, within_s=within_s, what=f"{role} that says {words}")


async def is_well(*nodes):
    """Wait until nothing is wrong any more."""

    async def well():
        return not any(node.health.problems for node in nodes)

    await until(well, within_s=60, what="nodes that are well")


@asynccontextmanager
async def denied(network, who, resource, name, doing):
    """One right less, until the block ends."""
    user = f"User:{network.owner(who)}"
    right = Right(user, resource, name, doing, prefixed=False, denied=True)

    with Cluster(network.connection) as cluster:

        async def is_there(*, wanted):
            """Brokers follow a moment after their controller."""
            found = await asyncio.to_thread(cluster.find)
            return (right in found.rights) == wanted

        await asyncio.to_thread(cluster.add_rights, [right])
        await until(lambda: is_there(wanted=True), what="the denial")
        yield
        await asyncio.to_thread(cluster.remove_rights, [right])
        await until(lambda: is_there(wanted=False), what="the end of the denial")


async def pair(locked):
    """`ouest` publishes, `est` follows; both know of a first thing."""
    await locked.apply("ouest", "est")
    maker, follower = await locked.node("ouest"), await locked.node("est")
    maker.start_relay()
    follower.start_worker()
    await follower.knows(await maker.publish(THINGS, ThingView(name="first")))
    return maker, follower


async def test_everything_works_with_the_rights_an_owner_is_given(locked):
    maker, follower = await pair(locked)
    maker.start_worker()
    follower.start_relay()

    secret = await maker.publish(SECRETS, SecretView(who="Ana"))
    answer = await follower.publish(PARTS, ThingView(name="answer"))

    await maker.knows(answer)
    assert [one["name_after"] for one in await until(lambda: maker.told(secret))] == ["Ana"]
    await is_well(maker, follower)


async def test_a_wrong_password_is_said_plainly_and_a_right_one_ends_it(locked):
    await locked.apply("ouest", "est")
    node, follower = await locked.node("ouest", password="a-wrong-one"), await locked.node("est")
    follower.start_worker()
    subject = await node.publish(THINGS, ThingView(name="waits in the outbox"))
    node.start_relay()
    node.start_worker()

    for role in ("relay", "worker"):
        said = await says(node, role, "does not let", "password is wrong", "INTERCOOP_KAFKA_")
        assert "a-wrong-one" not in said
    assert await node.value("SELECT count(*) FROM outbox") == 1

    await asyncio.to_thread(_set_password, locked, "ouest", "a-wrong-one")
    await follower.knows(subject)
    await is_well(node)


def _set_password(locked, name, password):
    with Cluster(locked.connection) as cluster:
        cluster.set_password(locked.owner(name), password)


async def test_the_wrong_way_to_connect_is_said_plainly(locked):
    await locked.apply("ouest")
    node = await locked.node("ouest", kafka_security="PLAINTEXT")
    node.start_relay()
    await says(node, "relay", "INTERCOOP_KAFKA_SECURITY", "PLAINTEXT")


async def test_a_topic_that_may_not_be_written_waits_alone_and_goes_on_by_itself(locked):
    maker, follower = await pair(locked)
    parts = PARTS.topic(maker.owner)
    async with denied(locked, "ouest", Resource.TOPIC, parts, Doing.WRITE):
        others = [await maker.publish(THINGS, ThingView(name="one"))]
        waiting = await maker.publish(PARTS, ThingView(name="waits"))
        others += [await maker.publish(THINGS, ThingView(name="another"))]
        said = await says(maker, "relay", parts, "operator", f"shared.{maker.owner}.")
        assert THINGS.topic(maker.owner) not in said
        for subject in others:
            await follower.knows(subject)
        later = await maker.publish(THINGS, ThingView(name="later"))
        await follower.knows(later)
        assert await follower.version_of(waiting) == 0

    await follower.knows(waiting, within_s=60)
    await is_well(maker, follower)
    assert await maker.value("SELECT count(*) FROM outbox") == 0


async def test_a_missing_topic_waits_alone_and_goes_on_when_the_operator_has_made_it(locked):
    await locked.apply("ouest", "est")
    maker, follower = await locked.node("ouest"), await locked.node("est")
    parts = PARTS.topic(maker.owner)
    await asyncio.to_thread(_delete_topic, locked, parts)
    maker.start_relay()
    follower.start_worker()

    waiting = await maker.publish(PARTS, ThingView(name="waits"))
    other = await maker.publish(THINGS, ThingView(name="other"))
    await follower.knows(other)
    await says(maker, "relay", parts, "missing", "operator")

    await locked.apply()
    await follower.knows(waiting, within_s=60)
    await is_well(maker, follower)


def _delete_topic(locked, topic):
    with Cluster(locked.connection) as cluster:
        cluster.delete_topic(topic)


async def test_the_relay_says_when_its_transactional_id_is_not_allowed(locked):
    await locked.apply("ouest")
    maker = await locked.node("ouest")
    name = f"{maker.owner}.things.relay"
    async with denied(locked, "ouest", Resource.TRANSACTION, name, Doing.WRITE):
        subject = await maker.publish(THINGS, ThingView(name="waits"))
        maker.start_relay()
        await says(maker, "relay", "transactional ids", f"{maker.owner}.", "outbox")
    await maker.drained()
    assert await maker.version_of(subject) == 1
    await is_well(maker)


async def test_a_topic_that_may_not_be_read_holds_no_other_up_and_is_read_when_it_may(locked):
    maker, follower = await pair(locked)
    things = THINGS.topic(maker.owner)
    async with denied(locked, "est", Resource.TOPIC, things, Doing.READ):
        waiting = await maker.publish(THINGS, ThingView(name="waits"))
        await says(follower, "worker", things, "operator")
        for number in range(5):
            other = await maker.publish(PARTS, ThingView(name=f"{number}"))
            await follower.knows(other)
        hidden = await maker.publish(THINGS, ThingView(name="waits, too"))
        assert await follower.version_of(hidden) == 0

    await follower.knows(hidden, within_s=60)
    await follower.knows(waiting)
    await is_well(maker, follower)
    assert [one["version"] for one in await follower.told(hidden)] == [1]


async def test_a_topic_that_may_not_be_read_does_not_keep_a_worker_from_starting(locked):
    maker, follower = await pair(locked)
    await follower.stop()
    things = THINGS.topic(maker.owner)
    async with denied(locked, "est", Resource.TOPIC, things, Doing.READ):
        waiting = await maker.publish(THINGS, ThingView(name="waits"))
        follower.start_worker()
        other = await maker.publish(PARTS, ThingView(name="other"))
        await follower.knows(other)
        await says(follower, "worker", things)

    await follower.knows(waiting, within_s=60)
    await is_well(follower)


async def test_a_worker_says_that_its_group_is_not_allowed_and_goes_on_when_it_is(locked):
    maker, follower = await pair(locked)
    await follower.stop()
    async with denied(locked, "est", Resource.GROUP, f"{follower.owner}.things", Doing.READ):
        follower.start_worker()
        await says(follower, "worker", "group", f"{follower.owner}.", "operator")
        waiting = await maker.publish(THINGS, ThingView(name="waits"))
    await follower.knows(waiting, within_s=60)
    await is_well(follower)


async def test_a_group_that_is_taken_away_from_a_running_worker_comes_back_to_it(locked):
    maker, follower = await pair(locked)
    async with denied(locked, "est", Resource.GROUP, f"{follower.owner}.things", Doing.READ):
        await says(follower, "worker", "group", "operator")
    waiting = await maker.publish(THINGS, ThingView(name="after"))
    await follower.knows(waiting, within_s=60)
    await is_well(follower)


async def test_a_new_password_does_not_end_what_lives_and_a_restart_takes_it(locked):
    maker, follower = await pair(locked)
    before = locked.passwords.find(maker.owner)
    await locked.apply(new_password={"ouest"})

    await follower.knows(await maker.publish(THINGS, ThingView(name="lives on")))
    again = await locked.node("ouest", database=maker.settings.database)
    assert again.settings.kafka_password != SecretStr(before)
    again.start_relay()
    await maker.stop()
    await follower.knows(await again.publish(THINGS, ThingView(name="with the new one")))
    late = AIOKafkaAdminClient(**locked.arguments("ouest", password=before))
    await _refused(late)


async def _refused(client):
    from aiokafka.errors import KafkaConnectionError

    try:
        await client.start()
    except KafkaConnectionError:
        return
    finally:
        await client.close()
    raise AssertionError("the password before still lets in")
