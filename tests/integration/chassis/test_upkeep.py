"""Upkeep of limits: counts are mended, and limits kept by another version end nothing."""

import asyncio

import pytest

from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Limits
from intercoop_chassis.postgres import AtHome, Database
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import THINGS

MAKER = PoisonTarget("test", "maker", "follower", str)
TOPIC = THINGS.topic("maker")
FEW = Limits(entities=10, bytes=2**30, parked_bytes=2**30)
NEVER = asyncio.Event()


@pytest.fixture
async def consumer(platform):
    service = things_service()
    db = Database(await platform.database(service), home=AtHome("follower"))
    consumer = BrokerlessConsumer(service, "follower", db, limits=FEW)
    await consumer.settle()
    yield consumer
    await db.close()


def things(numbers, *, version=1):
    return [good(MAKER, subject=f"thing-{number:04}", version=version) for number in numbers]


async def counts(consumer):
    async with consumer.db.read() as tx:
        return (await usage.read(tx))[TOPIC]


async def look(consumer):
    """What a worker does once a minute, and what it retries then."""
    await consumer.retries.upkeep.look()
    await consumer.retries.all_due(NEVER)


ONE_COUNTED_WRONG = """
UPDATE usage SET living = living + 7 WHERE ctid = (SELECT ctid FROM usage LIMIT 1)
"""


async def test_counts_are_mended_by_themselves_once_a_day(consumer):
    await consumer.receive(*things(range(12)))
    await look(consumer)
    right = await counts(consumer)
    await consumer.execute(ONE_COUNTED_WRONG)

    await look(consumer)
    assert (await counts(consumer)).living == right.living + 7
    await consumer.execute("UPDATE pipeline_state SET value = '2020' WHERE name = 'recounted'")
    await look(consumer)

    assert await counts(consumer) == right


async def test_limits_that_another_version_kept_raise_nothing_and_end_nothing(consumer):
    for kept in ("10 20 30", "entities=10 notices=5 bytes=many"):
        await consumer.execute("UPDATE pipeline_state SET value = $1 WHERE name = 'limits'", kept)

        await consumer.settle()

        assert await consumer.offset(TOPIC) == 0
