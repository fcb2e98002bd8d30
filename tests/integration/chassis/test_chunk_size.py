"""A database that is slow, or far away: fewer changes share a transaction, and all get done."""

import asyncio
from itertools import count

import pytest

from intercoop_chassis.consumer import sizing
from intercoop_chassis.postgres import AtHome, Database
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.nodes import until
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import THINGS

TARGET = PoisonTarget("test", "maker", "follower")
MANY = 60
EACH_S = 0.05
STATEMENT_S = 0.6
"""PostgreSQL ends a transaction after two and a half times as long: half of what all take."""
APPLIED = "SELECT count(*) AS number FROM replica WHERE applied > 0"
TRANSACTIONS = "SELECT count(DISTINCT xmin::text) AS number FROM replica"


class Slow:
    """What is to be done for a change takes `seconds`."""

    def __init__(self):
        self.seconds = EACH_S
        self.calls = 0

    async def __call__(self, _change, tx):
        self.calls += 1
        await asyncio.sleep(self.seconds)
        await tx.fetchval("SELECT 1")


@pytest.fixture
async def slow(platform, monkeypatch):
    monkeypatch.setattr(sizing, "BUDGET_S", STATEMENT_S / 2)
    service = things_service()
    reaction = Slow()
    service.subscribers.each(THINGS)(reaction)
    dsn = await platform.database(service)
    db = Database(dsn, home=AtHome("follower"), statement_s=STATEMENT_S)
    consumer = BrokerlessConsumer(service, "follower", db, limit_s=60)
    await consumer.settle()
    yield consumer, reaction
    await db.close()


def everything(version):
    return [good(TARGET, subject=f"thing-{one}", version=version) for one in range(MANY)]


async def test_what_takes_longer_than_a_transaction_may_is_applied_in_several(slow):
    consumer, reaction = slow

    await consumer.receive(*everything(1))

    assert await consumer.fetch(APPLIED) == [{"number": MANY}]
    assert (await consumer.fetch(TRANSACTIONS))[0]["number"] > 5
    assert reaction.calls < 2 * MANY, "little is done twice"
    assert await consumer.fetch("SELECT subject FROM parked") == []


@pytest.mark.parametrize("meanwhile", [1, 2], ids=["known", "new"])
async def test_once_it_is_quick_again_changes_share_a_transaction_again(slow, meanwhile):
    consumer, reaction = slow
    await consumer.receive(*everything(1))

    reaction.seconds = 0
    await consumer.receive(*everything(meanwhile))
    versions = count(3)

    async def few_transactions():
        """For a while nobody takes more; and a busy machine is as slow as a database."""
        await consumer.receive(*everything(next(versions)))
        return (await consumer.fetch(TRANSACTIONS))[0]["number"] <= 2

    await until(few_transactions, what="changes that share a transaction")
