"""JSON that this software reads and PostgreSQL does not: it harms its own entity at the most."""

import asyncio

import pytest

from intercoop_chassis.consumer.limits import usage
from intercoop_chassis.consumer.limits.quotas import UNLIMITED, Limits
from testkit.poison import good
from testkit.things.records import MAKER, OTHER
from testkit.things.service import things_service
from testkit.things.streams import THINGS

FEW = Limits(entities=10, bytes=2**30, parked_bytes=2**30)
NEVER = asyncio.Event()
APPLIED = "SELECT topic, count(*) AS n FROM replica WHERE applied > 0 GROUP BY topic ORDER BY topic"
WAITING = "SELECT topic, subject, kind, attempts FROM parked ORDER BY topic, subject"
UNKNOWN_FIELDS = [
    rb'"x":"\u0000","y":"ended"',
    b'"x":NaN,"y":"ended"',
    rb'"x":"\ud800","ende":"ended"',
]


@pytest.fixture
def new_consumer(open_consumer):
    def make(limits):
        return open_consumer(things_service(), limits)

    return make


def thing(number, *, target=MAKER, version=1):
    return good(target, subject=f"thing-{number}", version=version)


def with_fields(raw, fields):
    return raw.valued(raw.value.rstrip()[:-1] + b"," + fields + b"}")


@pytest.mark.parametrize("fields", UNKNOWN_FIELDS)
async def test_retries_go_on_beside_what_postgresql_would_not_read(new_consumer, fields):
    consumer = await new_consumer(UNLIMITED)
    await consumer.receive(with_fields(thing(1), fields))
    broken = [thing(1, version=2).valued(b"{"), thing(1, target=OTHER).valued(b"{")]
    await consumer.receive(*broken)

    await consumer.execute("UPDATE parked SET next_try_at = now()")
    await consumer.retries.all_due(NEVER)

    assert [row["attempts"] for row in await consumer.fetch(WAITING)] == [2, 2]


@pytest.mark.parametrize("fields", UNKNOWN_FIELDS)
async def test_polls_and_counts_go_on_beside_what_postgresql_would_not_read(new_consumer, fields):
    consumer = await new_consumer(FEW)
    await consumer.receive(with_fields(thing(0), fields))

    await consumer.receive(*(thing(n, version=2) for n in range(20)), thing(1, target=OTHER))

    found = {row["topic"]: row["n"] for row in await consumer.fetch(APPLIED)}
    assert found == {THINGS.topic("maker"): 10, THINGS.topic("other"): 1}
    async with consumer.db.transaction() as tx:
        assert await usage.recount(tx) == 0


async def test_an_end_with_a_number_that_is_none_has_ended(new_consumer):
    consumer = await new_consumer(FEW)
    ended = b'{"ended":{"reason":"x"},"z":NaN}'
    await consumer.receive(*(thing(n).valued(ended) for n in range(20)))

    await consumer.receive(*(thing(n, version=2) for n in range(20)))

    assert await consumer.fetch(APPLIED.replace("applied", "NOT has_ended AND applied")) == [
        {"topic": THINGS.topic("maker"), "n": 10}
    ]


async def test_a_row_that_is_damaged_is_put_off_and_the_others_are_retried(new_consumer):
    consumer = await new_consumer(UNLIMITED)
    await consumer.receive(thing(1).valued(b"{"), thing(1, target=OTHER).valued(b"{"))
    await consumer.execute(
        "UPDATE parked SET headers = 'no', next_try_at = now() - interval '1 hour' WHERE topic = $1",
        THINGS.topic("maker"),
    )

    await consumer.execute("UPDATE parked SET next_try_at = least(next_try_at, now())")
    await consumer.retries.all_due(NEVER)

    assert [row["attempts"] for row in await consumer.fetch(WAITING)] == [2, 2]
