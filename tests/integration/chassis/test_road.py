"""A change goes all the way: committed by one owner, known and told in another's service."""

from intercoop_contracts.streams import End, Ended
from testkit.nodes import until
from testkit.things.streams import SECRETS, THINGS, SecretView, ThingView
from testkit.topics import group_offsets


async def test_a_change_reaches_a_follower_with_what_it_knew_before(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    await follower.listens()

    subject = await maker.publish(THINGS, ThingView(name="first"))
    await follower.knows(subject)
    await maker.publish(THINGS, ThingView(name="second"), subject)
    await follower.knows(subject, 2)

    told = await follower.told(subject)
    assert [(one["version"], one["name_before"], one["name_after"]) for one in told] == [
        (1, None, "first"),
        (2, "first", "second"),
    ]
    assert all(one["is_news"] for one in told)
    projected = await follower.fetch("SELECT * FROM known_things WHERE subject = $1", subject)
    assert projected == [{"owner": maker.owner, "subject": subject, "version": 2, "name": "second"}]


async def test_an_unchanged_view_is_no_change(network):
    maker = await network.node("maker")
    subject = await maker.publish(THINGS, ThingView(name="same"))
    await maker.publish(THINGS, ThingView(name="same"), subject)
    assert await maker.version_of(subject) == 1
    assert await maker.value("SELECT count(*) FROM outbox") == 1


async def test_an_entity_that_ended_is_still_told_of(network):
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    subject = await maker.publish(THINGS, ThingView(name="short-lived"))
    await follower.knows(subject)
    await maker.publish(THINGS, Ended(ended=End(reason="withdrawn")), subject)
    await follower.knows(subject, 2)
    assert (await follower.told(subject))[-1]["name_after"] is None


async def test_a_service_reads_its_instances_private_streams_and_nobody_else_does(network):
    one, other = await network.node("one"), await network.node("other")
    one.start_relay()
    one.start_worker()
    other.start_worker()
    subject = await one.publish(SECRETS, SecretView(who="Ada Lovelace"))
    thing = await one.publish(THINGS, ThingView(name="shared"))
    await other.knows(thing)
    told = await until(lambda: one.told(subject), what="the secret within its instance")
    assert told[0]["name_after"] == "Ada Lovelace"
    assert await other.version_of(subject) == 0


async def test_the_broker_shows_how_far_a_service_has_read(network):
    """For the displays that operators of brokers have."""
    maker, follower = await network.node("maker"), await network.node("follower")
    maker.start_relay()
    follower.start_worker()
    for number in range(3):
        await follower.knows(await maker.publish(THINGS, ThingView(name=f"thing {number}")))
    group, topic = f"{follower.owner}.things", THINGS.topic(maker.owner)

    async def shown():
        return await group_offsets(follower.settings.kafka, group, topic)

    async def stored():
        rows = await follower.fetch("SELECT * FROM offsets WHERE topic = $1", topic)
        return {row["partition"]: row["next_offset"] for row in rows}

    async def same():
        return await shown() == await stored()

    await until(same, what="the places that are stored, at the broker")

    async def told_at_the_end():
        """A change is known a moment before it counts as read: a stop may come in between."""
        follower.start_worker()
        await follower.knows(await maker.publish(THINGS, ThingView(name="last")))
        await follower.stop()
        return await same()

    await until(told_at_the_end, within_s=60, what="the last place, told at the end")
