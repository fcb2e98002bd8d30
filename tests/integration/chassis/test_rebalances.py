"""A group whose members come and go finds its rest, whatever goes on meanwhile."""

import asyncio
from contextlib import asynccontextmanager

from intercoop_chassis.consumer.assignment import Assignment
from testkit import crashing_process
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView

LIFE_SIGN_S = 2.0
"""A member learns as late that others join again: they wait for it."""
REST_S = 2.5 * LIFE_SIGN_S


class Joins:
    """How often members of this process have joined their group."""

    def __init__(self, monkeypatch):
        self.count = 0
        assigned = Assignment.on_partitions_assigned

        async def counted(assignment, partitions):
            self.count += 1
            await assigned(assignment, partitions)

        monkeypatch.setattr(Assignment, "on_partitions_assigned", counted)

    async def any(self):
        return self.count > 0

    async def rest(self):
        before = self.count
        await asyncio.sleep(REST_S)
        return self.count == before


@asynccontextmanager
async def changes_all_the_time(maker):
    async def publish():
        while True:
            await maker.publish(THINGS, ThingView(name="one more"))
            await asyncio.sleep(0.05)

    publishing = asyncio.create_task(publish())
    yield
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)


async def test_members_that_have_something_to_tell_do_not_join_again_and_again(
    network, monkeypatch, caplog
):
    """One is killed and another begins: who is left joins, and waits until the killed is given up.

    It tells the broker how far it is once a second, so also meanwhile.
    """
    joins = Joins(monkeypatch)
    maker = await network.node("maker", partitions=3)
    left = await network.node("follower")
    begins = await network.node("follower", database=left.settings.database.get_secret_value())
    maker.start_relay()
    killed = crashing_process.start("worker", left.settings, given_up_soon=False)
    await left.knows(await maker.publish(THINGS, ThingView(name="the first")))
    left.start_worker()
    await until(joins.any, what="a group of two")

    async with changes_all_the_time(maker):
        await left.knows(await maker.publish(THINGS, ThingView(name="read by one of the two")))
        killed.kill()
        killed.wait()
        begins.start_worker()
        await until(joins.rest, what="a group at rest")
    await begins.knows(await maker.publish(THINGS, ThingView(name="the last")))
    assert "OffsetCommit failed" not in caplog.text, "said in a generation that is over"
