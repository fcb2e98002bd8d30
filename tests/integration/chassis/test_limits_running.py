"""Limits of a running worker, on a real broker: an incomplete topic is read again by itself."""

import pytest

from intercoop_chassis.consumer.limits import upkeep
from intercoop_contracts.streams import End, Ended
from testkit.nodes import until
from testkit.things.streams import THINGS, ThingView

SKIPPED = "SELECT coalesce(sum(skipped), 0)::int FROM usage"
LIVING = "SELECT coalesce(sum(living), 0)::int FROM usage"
SEVERAL = 30
GONE = Ended(ended=End(reason="gone"))


@pytest.fixture
async def full(network):
    """An owner that has published more than its follower takes, and more than may be parked."""
    maker, follower = await network.node("maker"), await network.node("follower")
    follower.settings = follower.settings.model_copy(
        update={"limit_entities": 10, "limit_parked_bytes": 8_000}
    )
    subjects = [await maker.publish(THINGS, ThingView(name="thing")) for _ in range(SEVERAL)]
    maker.start_relay()
    await maker.drained()
    follower.start_worker()

    async def is_incomplete():
        return await follower.value(SKIPPED)

    await until(is_incomplete, what="changes that were only counted")

    async def is_full():
        return await follower.value(LIVING) == 10

    await until(is_full, what="as many entities as there may be")
    return maker, follower, subjects


async def test_all_is_applied_when_an_operator_raises_the_limits(full):
    _, follower, subjects = full

    await follower.stop()
    follower.settings = follower.settings.model_copy(
        update={"limit_entities": 100, "limit_parked_bytes": 1_000_000}
    )
    follower.start_worker()

    for subject in subjects:
        await follower.knows(subject)
    assert await follower.value(SKIPPED) == 0


async def test_what_ends_makes_room_and_the_topic_is_read_again_without_anybody(full, monkeypatch):
    maker, follower, subjects = full
    monkeypatch.setattr(upkeep, "LOOK_S", 0.1)
    await follower.stop()
    follower.start_worker()

    for subject in subjects[:25]:
        await maker.publish(THINGS, GONE, subject)

    for subject in subjects[25:]:
        await follower.knows(subject)

    async def has_room():
        return await follower.value(LIVING) == 5

    await until(has_room, what="those that ended to be counted no more")
