"""Whom an instance follows: a new owner without a restart, more of them, and fewer."""

from testkit.things.streams import THINGS, ThingView


async def test_a_new_owner_is_picked_up_without_a_restart_and_its_first_events_are_news(network):
    follower = await network.node("follower", follows=None)
    follower.start_worker()
    await follower.listens()
    newcomer = await network.node("newcomer")
    newcomer.start_relay()
    subject = await newcomer.publish(THINGS, ThingView(name="hello"))
    await follower.knows(subject)
    assert [one["is_news"] for one in await follower.told(subject)] == [True]


async def following(network, *names, like=None):
    """A running follower of these owners, on the database of a former one if there was any."""
    database = like.settings.database.get_secret_value() if like else None
    node = await network.node("follower", follows=frozenset(names), database=database)
    node.start_worker()
    return node


async def two_owners(network):
    maker, second = await network.node("maker"), await network.node("second-maker")
    maker.start_relay()
    second.start_relay()
    return maker, second


async def test_following_fewer_forgets_what_they_said_and_keeps_what_was_seen(network):
    maker, second = await two_owners(network)
    dropped = await second.publish(THINGS, ThingView(name="dropped"))
    wide = await following(network, "maker", "second-maker")
    await wide.knows(dropped)
    await wide.close()

    narrow = await following(network, "maker", like=wide)
    await second.publish(THINGS, ThingView(name="not read"), dropped)
    await narrow.knows(await maker.publish(THINGS, ThingView(name="read")))
    assert await narrow.version_of(dropped) == 0
    assert await narrow.fetch("SELECT subject FROM known_things WHERE name <> 'read'") == []
    assert await narrow.value("SELECT seen FROM replica WHERE subject = $1", dropped) == 1


async def test_following_more_reads_theirs_as_history_and_tells_nothing_twice(network):
    maker, second = await two_owners(network)
    thing = await second.publish(THINGS, ThingView(name="history"))
    await second.drained()
    wide = await following(network, "maker", "second-maker")
    await wide.knows(thing)
    await second.publish(THINGS, ThingView(name="told while followed"), thing)
    await wide.knows(thing, 2)
    await wide.close()
    narrow = await following(network, "maker", like=wide)
    await second.publish(THINGS, ThingView(name="while not followed"), thing)
    await narrow.knows(await maker.publish(THINGS, ThingView(name="read")))
    await narrow.close()

    again = await following(network, "maker", "second-maker", like=wide)
    await again.knows(thing, 3)
    await second.publish(THINGS, ThingView(name="news again"), thing)
    await again.knows(thing, 4)
    told = [(one["version"], one["is_news"]) for one in await again.told(thing)]
    assert told == [(1, False), (2, True), (3, False), (4, True)]
