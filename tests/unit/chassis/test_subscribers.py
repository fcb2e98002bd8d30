"""What a service's capabilities do with streams, united."""

from intercoop_chassis.subscribers import Subscribers
from testkit.things.streams import PARTS, THINGS


async def forget(owner, tx):
    """Nothing is kept."""


async def project(changes, tx):
    """Nothing is kept."""


def reaction():
    async def react(change, tx):
        """Nothing is done."""

    return react


def test_parts_of_several_capabilities_keep_their_order():
    lower, higher = Subscribers(), Subscribers()
    first, second = lower.each(THINGS)(reaction()), higher.each(THINGS)(reaction())
    lower.project(THINGS, forget=forget)(project)
    higher.read(PARTS, addressed=True)
    united = Subscribers.together(lower, higher)
    assert [one.react for one in united[THINGS.id].reactions] == [first, second]
    assert [one.project for one in united[THINGS.id].projections] == [project]
    assert united[PARTS.id].addressed
    assert not united[THINGS.id].addressed
    assert [one.react for one in lower[THINGS.id].reactions] == [first]
