"""Pages are told when the network goes away, and when it comes back, by a worker's looks at it."""

from datetime import timedelta

from intercoop_chassis.consumer import reached, watch
from intercoop_chassis.pages import network as of_pages
from intercoop_chassis.pages.network import NetworkWatch
from testkit.nodes import until


async def test_a_broker_that_stops_is_seen_and_so_is_its_return(own_kafka, network, monkeypatch):
    monkeypatch.setattr(watch, "LOOK_AT_CLUSTER_S", 0.2)
    monkeypatch.setattr(reached, "NOTED_EVERY_S", 0.2)
    monkeypatch.setattr(of_pages, "KNOWN_FOR_S", 0.0)
    monkeypatch.setattr(of_pages, "AWAY_AFTER", timedelta(seconds=6))
    follower = await network.node("follower")
    pages = NetworkWatch()
    assert await pages.look(follower.db) is None, "nobody knows yet"

    async def is_away():
        return (await pages.look(follower.db)).is_away

    async def answers():
        seen = await pages.look(follower.db)
        return seen is not None and not seen.is_away

    follower.start_worker()
    await until(answers, what="a network that answers")
    own_kafka.kill()
    await until(is_away, what="a network that is away")
    stood_still = (await pages.look(follower.db)).reached_at
    own_kafka.start()
    await until(answers, what="a network that is back")
    assert (await pages.look(follower.db)).reached_at > stood_still


async def test_a_worker_that_looks_often_writes_seldom(network, monkeypatch):
    monkeypatch.setattr(watch, "LOOK_AT_CLUSTER_S", 0.0)
    monkeypatch.setattr(watch, "LOOK_S", 0.05)
    follower = await network.node("follower")
    follower.start_worker()

    async def when():
        rows = await follower.fetch("SELECT reached_at FROM cluster_reached")
        return rows and rows[0]["reached_at"]

    first = await until(when, what="the first note")
    looks = []
    look = reached.ClusterReached.note

    async def counted(self):
        looks.append(self)
        await look(self)

    monkeypatch.setattr(reached.ClusterReached, "note", counted)
    await until(lambda: _many(looks), what="more looks")
    assert await when() == first


async def _many(looks):
    return len(looks) >= 5
