"""Upkeep of limits: counts are mended, and limits kept by another version end nothing."""

import asyncio

import pytest

from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import Limits
from testkit.things.records import things
from testkit.things.service import things_service
from testkit.things.streams import THINGS

TOPIC = THINGS.topic("maker")
FEW = Limits(entities=10, bytes=2**30, parked_bytes=2**30)
NEVER = asyncio.Event()


@pytest.fixture
async def consumer(open_consumer):
    return await open_consumer(things_service(), FEW)


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
