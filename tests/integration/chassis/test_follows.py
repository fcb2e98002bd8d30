"""Whom an instance follows: a new owner without a restart, more of them, and fewer."""

from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView


async def test_a_new_owner_is_picked_up_without_a_restart_and_its_first_events_are_news(network):
    follower = await network.node("follower", follows=None)
    follower.start_worker()
    await until(lambda: follower.value("SELECT count(*) FROM subscriptions"))
    newcomer = await network.node("newcomer")
    newcomer.start_relay()
    subject = await newcomer.publish(THINGS, ThingView(name="hello"))
    await follower.knows(subject)
    assert [one["is_news"] for one in await follower.told(subject)] == [True]


async def test_following_fewer_forgets_them_and_following_more_reads_theirs_as_history(network):
    maker, second = await network.node("maker"), await network.node("second-maker")
    maker.start_relay()
    second.start_relay()
    kept = await maker.publish(THINGS, ThingView(name="kept"))
    dropped = await second.publish(THINGS, ThingView(name="dropped"))
    await maker.drained()
    await second.drained()

    wide = await network.node("follower", follows=frozenset({"maker", "second-maker"}))
    wide.start_worker()
    await wide.knows(kept)
    await wide.knows(dropped)
    await second.publish(THINGS, ThingView(name="told while followed"), dropped)
    await wide.knows(dropped, 2)
    await wide.close()

    database = wide.settings.database.get_secret_value()
    narrow = await network.node("follower", follows=frozenset({"maker"}), database=database)
    narrow.start_worker()
    await second.publish(THINGS, ThingView(name="not read"), dropped)
    await narrow.knows(await maker.publish(THINGS, ThingView(name="read")))
    assert await narrow.version_of(dropped) == 0
    owners = await narrow.fetch("SELECT DISTINCT owner FROM known_things")
    assert [one["owner"] for one in owners] == [maker.owner]
    assert await narrow.value("SELECT seen FROM replica WHERE subject = $1", dropped) == 2
    await narrow.close()

    again = await network.node(
        "follower", follows=frozenset({"maker", "second-maker"}), database=database
    )
    again.start_worker()
    await again.knows(dropped, 3)
    told = await again.told(dropped)
    assert [(one["version"], one["is_news"]) for one in told] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    await second.publish(THINGS, ThingView(name="news again"), dropped)
    await again.knows(dropped, 4)
    assert (await again.told(dropped))[-1]["is_news"]
    assert await again.version_of(kept) == 1
