"""What limits are compared with: counted beside what it counts, at no cost, and folded later."""

import pytest

from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from testkit.statements import counted
from testkit.things.records import things
from testkit.things.service import things_service
from testkit.things.streams import THINGS

TOPIC = THINGS.topic("maker")


@pytest.fixture
async def consumer(open_consumer):
    return await open_consumer(things_service(reactions=False))


async def counts(consumer):
    async with consumer.db.read() as tx:
        return (await usage.read(tx))[TOPIC]


async def recounted(consumer):
    async with consumer.db.transaction() as tx:
        await usage.recount(tx)
    return await counts(consumer)


async def test_an_ordinary_poll_asks_the_database_nothing_for_its_limits(consumer, monkeypatch):
    consumer.limits = Limits(1000, 2**30, 2**30)
    await consumer.settle()
    await consumer.receive(*things(range(3)))

    with counted(monkeypatch) as asked:
        await consumer.receive(*things(range(4), version=2))

    assert [words.split(" ")[0] for words in asked] == ["INSERT", "INSERT", "WITH"], asked


async def test_counts_are_folded_and_stay_what_they_are(consumer):
    consumer.limits = UNLIMITED
    await consumer.settle()
    for number in range(30):
        await consumer.receive(*things([number]))
    before = await counts(consumer)

    await consumer.retries.upkeep.look()

    assert len(await consumer.fetch("SELECT FROM usage")) == 1
    assert before.living == 30
    assert await counts(consumer) == before == await recounted(consumer)


async def test_counts_that_went_wrong_are_counted_anew(consumer):
    consumer.limits = Limits(10, 2**30, 2**30)
    await consumer.settle()
    await consumer.receive(*things(range(12)))
    right = await counts(consumer)
    await consumer.execute("UPDATE usage SET living = living + 7, parked = 0")

    assert await recounted(consumer) == right
