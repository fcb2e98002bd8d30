"""Topics that lost what they held, and a database set back, while a relay runs or does not."""

from testkit.nodes import until
from testkit.restored_database import publish
from testkit.things.streams import THINGS, ThingView
from testkit.topics import read_all

SET_MARK = "UPDATE relayed SET next_offset = $2 WHERE topic = $1"
WAITING = "SELECT topic FROM outbox"
SET_BACK = "UPDATE published SET version = 1 WHERE subject = $1"
PUBLISH_IN_A_NEWER_ONE = """
WITH new AS (
    INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value, erased)
    SELECT 'shared.maker.new.v1', subject, 1, gen_random_uuid(), event_type, now(), value, false
    FROM published LIMIT 1 RETURNING topic, subject
)
INSERT INTO outbox (topic, subject) SELECT topic, subject FROM new
"""


async def test_a_topic_that_lost_its_end_is_published_again(pair, network):
    """Its operator deleted and made it again; the cluster is the same."""
    owner, follower = pair
    subject = await publish(owner, follower, "first")
    await owner.node.drained()
    topic = THINGS.topic(owner.node.owner)

    async def marked():
        return await owner.node.value("SELECT next_offset FROM relayed WHERE topic = $1", topic)

    await until(marked, what="a mark in the topic")
    await owner.node.stop()
    await network.delete_topic(topic)
    owner.node.start_relay()

    async def again():
        records = await read_all(owner.node.settings.kafka, topic)
        return [record.key.decode() for record in records] == [subject]

    await until(again, what="the topic filled again")


async def test_so_is_one_that_was_made_again_under_a_running_relay(pair, network):
    """Nobody but the topic knows: what comes next would be all that it holds."""
    owner, follower = pair
    before = [await publish(owner, follower, "before") for _ in range(3)]
    await owner.node.drained()
    topic = THINGS.topic(owner.node.owner)
    await network.delete_topic(topic)
    await network.create_topic(topic)

    last = await owner.node.publish(THINGS, ThingView(name="the next"))

    async def again():
        records = await read_all(owner.node.settings.kafka, topic)
        return {record.key.decode() for record in records} == {*before, last}

    await until(again, what="the topic filled again")
    await owner.node.drained()


async def test_a_database_restored_in_its_place_is_noticed_without_a_new_session(pair):
    """As by a restore into the same database: the relay's connection does not end."""
    owner, follower = pair
    subject = await publish(owner, follower, "first")

    async def marks():
        return await owner.node.fetch("SELECT topic, next_offset FROM relayed")

    old = await until(marks, what="marks")
    await publish(owner, follower, "second", subject)
    await until(lambda: _differ(marks, old), what="later marks")
    async with owner.node.db.transaction() as tx:
        for one in old:
            await tx.execute(SET_MARK, one["topic"], one["next_offset"])
        await tx.execute(SET_BACK, subject)

    await owner.node.publish(THINGS, ThingView(name="another second"), subject)

    assert "1 entities" in await owner.refuses()


async def _differ(look, before):
    return await look() != before


async def test_what_this_version_does_not_publish_waits_for_one_that_does(pair):
    owner, follower = pair
    await publish(owner, follower, "first")
    async with owner.node.db.transaction() as tx:
        await tx.execute(PUBLISH_IN_A_NEWER_ONE)

    await publish(owner, follower, "second")

    async def waits_alone():
        return await owner.node.fetch(WAITING) == [{"topic": "shared.maker.new.v1"}]

    await until(waits_alone, what="an outbox of that alone")
